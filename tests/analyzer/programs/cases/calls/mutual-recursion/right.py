import time

from left import left


def right(n: int) -> float:
    return left(n - 1) if n else time.time()  # finds DUR101
