import time

from holdfast import workflow


@workflow
def checkout(items: list[str]) -> str:
    time = 0
    return str([time.time() for time in items]) + str(time)
