import uuid


class Till:
    def __init__(self, name: str) -> None:
        self.name = name

    def receipt(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103
