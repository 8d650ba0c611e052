import time
from collections.abc import Callable

import holdfast
from holdfast import workflow


def durable_clock() -> float:
    return holdfast.now().timestamp()


def label(order: str, clock: Callable[[], float] = time.time) -> str:
    return f"{order} {clock()}"


@workflow
def checkout(order: str) -> str:
    return label(order, clock=durable_clock)
