import uuid

import holdfast
from holdfast import workflow


class Ids:
    def __init__(self) -> None:
        self.prefix = uuid.uuid4().hex  # finds DUR103

    def of(self, order: str) -> str:
        return f"{self.prefix}-{order}"


@workflow
def child(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    holdfast.start(child, order, id=Ids().of(order))  # finds DUR501
    return order
