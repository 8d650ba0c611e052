import os
import time

from holdfast import workflow


def stamp() -> float:
    return time.time()  # finds DUR101


def host() -> int:
    return os.getpid()  # finds DUR105


@workflow
def checkout(order: str) -> str:
    text = ""
    for part in (stamp, host):
        text += str(part())
    return text
