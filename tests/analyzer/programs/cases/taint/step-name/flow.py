import uuid

import holdfast
from holdfast import workflow


@workflow
def child(order: str) -> str:
    return order


def name(order: str) -> str:
    return f"child-{order}-{uuid.uuid4()}"  # finds DUR103


@workflow
def checkout(order: str) -> str:
    key = name(order)
    holdfast.start(child, order, id=key)  # finds DUR501
    holdfast.start(child, order, id=f"child-{order}")
    holdfast.start(child, order, id=str(holdfast.uuid4()))
    return "done"
