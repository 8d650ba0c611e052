import time

from holdfast import workflow


def countdown(n: int) -> float:
    if n == 0:
        return time.time()  # finds DUR101
    return countdown(n - 1)


@workflow
def checkout(order: str) -> float:
    return countdown(3)
