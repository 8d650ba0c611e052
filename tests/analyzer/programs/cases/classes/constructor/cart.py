import uuid


class Cart:
    def __init__(self, order: str) -> None:
        self.label = f"{order} {uuid.uuid4()}"  # finds DUR103
