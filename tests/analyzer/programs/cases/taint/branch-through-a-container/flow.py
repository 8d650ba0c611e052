import random

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    drawn = {"card": random.random(), "cash": 1}  # finds DUR102
    if drawn["card"] > 0.5:  # finds DUR502
        charge(order)
    if drawn["cash"]:
        charge(order)
    return "done"
