import os

from ..labels import label as label_of_a_shelf


def count() -> int:
    return os.getpid()  # finds DUR105
