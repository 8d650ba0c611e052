import functools
import random


def limited(name: str, most: int):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            if random.random() > most:  # finds DUR102
                raise RuntimeError(name)
            return function(*args, **kwargs)

        return wrapper

    return decorate
