import functools
import os
import time
import uuid

from holdfast import workflow


def timed(function):
    @functools.wraps(function)
    def wrapper(*args):
        return f"{function(*args)} {time.time()}"  # finds DUR101

    return wrapper


def tagged(tag: str):
    def decorate(function):
        def wrapper(*args):
            return f"{tag} {os.getpid()} {function(*args)}"  # finds DUR105

        return wrapper

    return decorate


@timed
@tagged("x")
def charge(order: str) -> str:
    return uuid.uuid4().hex  # finds DUR103


@workflow
def checkout(order: str) -> str:
    return charge(order)
