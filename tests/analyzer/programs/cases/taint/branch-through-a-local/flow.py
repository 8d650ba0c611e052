import time

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    now = time.time()  # finds DUR101
    late = now > 100
    if late:  # finds DUR502
        charge(order)
    return "done"
