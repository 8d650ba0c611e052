import uuid

from holdfast import workflow


class Till:
    def number(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"


class Plain:
    def number(self, order: str) -> str:
        return order


@workflow
def checkout(order: str) -> str:
    till = Till()
    till = Plain()
    return till.number(order)
