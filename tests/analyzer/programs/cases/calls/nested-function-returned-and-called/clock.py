import time
from collections.abc import Callable


def watch() -> Callable[[], float]:
    def elapsed() -> float:
        return time.perf_counter()  # finds DUR101

    return elapsed
