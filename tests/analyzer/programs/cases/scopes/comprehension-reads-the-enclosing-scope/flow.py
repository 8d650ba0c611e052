import time

from holdfast import workflow


@workflow
def checkout(items: list[str]) -> list[float]:
    clock = time.time
    return [clock() for item in items if item]  # finds DUR101
