import functools
import time

from holdfast import workflow


def timed(function=None, *, name="x"):
    def decorate(inner):
        @functools.wraps(inner)
        def wrapper(*args, **kwargs):
            return f"{name} {inner(*args, **kwargs)} {time.time()}"  # finds DUR101

        return wrapper

    return decorate if function is None else decorate(function)


@timed
def plain(order: str) -> str:
    return order


@timed(name="y")
def named(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    return plain(order) + named(order)
