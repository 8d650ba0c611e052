import functools
import time


class Timed:
    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            start = time.monotonic()  # finds DUR101
            return f"{self.name} {function(*args, **kwargs)} {start}"

        return wrapper
