import uuid


class Charge:
    def __init__(self, currency: str) -> None:
        self.currency = currency

    def __call__(self, order: str) -> str:
        return f"{order} {self.currency} {uuid.uuid4()}"  # finds DUR103
