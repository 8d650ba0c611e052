import os
import uuid


class Till:
    def __init__(self, name: str) -> None:
        self.name = f"{name} {os.getpid()}"  # finds DUR105

    def receipt(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103


class CardTill(Till):
    def __init__(self, name: str) -> None:
        super().__init__(name)

    def receipt(self, order: str) -> str:
        return "card " + super().receipt(order) + self.name
