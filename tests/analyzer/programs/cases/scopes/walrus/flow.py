import uuid

from holdfast import workflow


class Till:
    def number(self) -> str:
        return uuid.uuid4().hex  # finds DUR103


@workflow
def checkout(order: str) -> str:
    if (till := Till()) and order:
        return till.number()
    return order
