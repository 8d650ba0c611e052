import functools
import time

from holdfast import step, workflow


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.monotonic()
        return f"{function(*args, **kwargs)} {start}"

    return wrapper


@step
@timed
def charge(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    return charge(order)
