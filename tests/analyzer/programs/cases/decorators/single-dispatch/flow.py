import uuid
from functools import singledispatch

from holdfast import workflow


@singledispatch
def label(value: object) -> str:
    return "thing"


@label.register
def _(value: str) -> str:
    return f"{value} {uuid.uuid4()}"  # finds DUR103


@workflow
def checkout(order: str) -> str:
    return label(order)
