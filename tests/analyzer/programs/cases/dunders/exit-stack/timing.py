import os
import time


class Timer:
    start = 0.0

    def __enter__(self) -> "Timer":
        self.start = time.monotonic()  # finds DUR101
        return self

    def __exit__(self, *error: object) -> None:
        return None


def done() -> None:
    os.kill(1, 1)  # finds DUR309
