from random import *

__all__ = ["discount"]


def discount() -> float:
    return random()  # finds DUR102
