import time

from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    read = time.time
    del read
    read = str.upper
    return read(order)
