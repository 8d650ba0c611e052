import time

from holdfast import step, workflow


@step
def rounded(now: float) -> int:
    return int(now)


@step
def charge(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    if rounded(time.time()) > 3:  # finds DUR101
        charge(order)
    return "done"
