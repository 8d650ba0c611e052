import os
import time


class Timer:
    took = 0.0

    def __enter__(self) -> "Timer":
        self.start = time.monotonic()  # finds DUR101
        return self

    def __exit__(self, *error: object) -> None:
        self.took = os.getpid()  # finds DUR105
