import random

from holdfast import workflow


@workflow
def checkout(items: list[str]) -> list[str]:
    chosen = list(items)
    chosen.sort(key=lambda item: random.random())  # finds DUR102
    return chosen
