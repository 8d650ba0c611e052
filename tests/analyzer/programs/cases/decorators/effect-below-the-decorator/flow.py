import functools
import uuid

from holdfast import workflow


def checked(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@checked
def charge(order: str) -> str:
    return f"{order} {uuid.uuid4()}"  # finds DUR103


@workflow
def checkout(order: str) -> str:
    return charge(order)
