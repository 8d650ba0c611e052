import time

from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str) -> str:
    read = getattr(time, "time")
    return f"{read()} {getattr(Till(), 'number')()}"  # finds DUR101
