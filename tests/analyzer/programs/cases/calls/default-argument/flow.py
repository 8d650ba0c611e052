import time

from holdfast import workflow


def label(order: str, at: float = time.time()) -> str:  # finds DUR405
    return f"{order} {at}"


@workflow
def checkout(order: str) -> str:
    return label(order)
