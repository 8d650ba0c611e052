import random

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return order


def drawn() -> tuple[str, int]:
    return "x", random.randint(1, 3)  # finds DUR102


@workflow
def checkout(order: str) -> str:
    name, times = drawn()
    for _ in range(times):  # finds DUR502
        charge(order)
    return name
