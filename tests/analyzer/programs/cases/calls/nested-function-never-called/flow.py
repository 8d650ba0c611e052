import time

from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    def late() -> float:
        return time.time()

    unused = lambda: time.time_ns()
    return order
