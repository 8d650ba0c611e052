import time

from holdfast import workflow


def label(order: str, clock=None) -> str:
    return f"{order} {(clock or time.time)()}"  # finds DUR101


@workflow
def checkout(order: str) -> str:
    return label(order)
