from holdfast import workflow

from box import Box
from pay import Till


@workflow
def checkout(order: str) -> str:
    box = Box[Till](Till())
    return box.take().number(order)
