import random

from holdfast import workflow


def any_place(item: str) -> float:
    return random.random()  # finds DUR102


@workflow
def checkout(items: list[str]) -> list[str]:
    return sorted(items, key=any_place)
