import time
from collections.abc import Iterator

from holdfast import workflow


def ticks() -> Iterator[float]:
    while True:
        yield time.time()  # finds DUR101


@workflow
def checkout(order: str) -> float:
    return next(tick for tick in ticks())
