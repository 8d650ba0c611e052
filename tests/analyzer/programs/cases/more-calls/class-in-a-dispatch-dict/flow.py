import uuid

from holdfast import workflow


class Card:
    def charge(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103


class Cash:
    def charge(self, order: str) -> str:
        return order


WAYS = {"card": Card, "cash": Cash}


@workflow
def checkout(order: str, way: str) -> str:
    till = WAYS[way]()
    return till.charge(order)
