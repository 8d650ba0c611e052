import random

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    if random.random() < 0.5:  # finds DUR102
        return "skipped"
    return charge(order)
