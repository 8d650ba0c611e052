import time

from holdfast import workflow


@workflow
def checkout(order: str) -> float:
    read = None

    def choose() -> None:
        nonlocal read
        read = time.time

    choose()
    return read()  # finds DUR101
