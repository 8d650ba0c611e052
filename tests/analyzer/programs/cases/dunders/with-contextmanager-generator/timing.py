import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def timer() -> Iterator[float]:
    start = time.monotonic()  # finds DUR101
    try:
        yield start
    finally:
        print("took", time.monotonic() - start)  # finds DUR101 DUR310
