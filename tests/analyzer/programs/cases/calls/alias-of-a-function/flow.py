import time

from holdfast import workflow

f = time.time


@workflow
def checkout(order: str) -> float:
    g = f
    return g()  # finds DUR101
