import time
from collections.abc import Callable

from holdfast import workflow


def label(order: str, clock: Callable[[], float] = time.time) -> str:
    return f"{order} {clock()}"  # finds DUR101


@workflow
def checkout(order: str) -> str:
    return label(order)
