import functools
import time
import uuid

from holdfast import step, workflow


def timed(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        start = time.monotonic()  # finds DUR101
        return f"{function(*args, **kwargs)} {start}"

    return wrapper


@timed
@step
def charge(order: str) -> str:
    return f"{order} {uuid.uuid4()}"


@workflow
def checkout(order: str) -> str:
    return charge(order)
