from typing import Protocol

from holdfast import workflow


class Till(Protocol):
    name: str

    def receipt(self, order: str) -> str:
        return f"{self.name} {order}"


class CardTill(Till):
    name = "card"


@workflow
def checkout(order: str) -> str:
    return CardTill().receipt(order)
