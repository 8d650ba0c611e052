import time

from holdfast import workflow


def nothing() -> float:
    return 0.0


@workflow
def checkout(items: list[str]) -> float:
    read = nothing
    total = 0.0
    for item in items:
        total += read()  # finds DUR101
        read = time.time
    return total
