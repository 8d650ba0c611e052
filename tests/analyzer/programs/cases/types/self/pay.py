import uuid
from typing import Self


class Till:
    name = ""
    price = 0

    def named(self, name: str) -> Self:
        self.name = name
        return self

    def priced(self, price: int) -> "Till":
        self.price = price
        return self

    def number(self, order: str) -> str:
        return f"{order} {self.name} {uuid.uuid4()}"  # finds DUR103
