import time

from holdfast import workflow


@workflow
def checkout(items: list[str]) -> str:
    names = [last := item for item in items]
    chosen = [f for _ in items if (f := time.time)]
    return f"{names} {last} {f()}"  # finds DUR101
