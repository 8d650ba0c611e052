import time

from holdfast import workflow


@workflow
def checkout(order: str) -> float:
    def late() -> float:
        return time.time()  # finds DUR101

    return late()
