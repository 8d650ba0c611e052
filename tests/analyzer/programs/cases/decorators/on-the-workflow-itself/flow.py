import functools
import time

from holdfast import workflow


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.monotonic()  # finds DUR101
        return f"{function(*args, **kwargs)} {start}"

    return wrapper


@workflow
@timed
def checkout(order: str) -> str:
    return order
