import functools
import time


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.monotonic()  # finds DUR101
        result = function(*args, **kwargs)
        return f"{result} {start}"

    return wrapper
