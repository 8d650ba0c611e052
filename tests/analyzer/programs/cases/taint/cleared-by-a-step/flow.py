import random
import time
import uuid

from holdfast import step, workflow


@step
def now() -> float:
    return time.time()


@step
def chosen(values: list[int]) -> int:
    return random.choice(values)


@step
def charge(order: str, key: str) -> str:
    return order


@step
def key() -> str:
    return str(uuid.uuid4())


@workflow
def checkout(order: str) -> str:
    if now() > 100:
        charge(order, key())
    for _ in range(chosen([1, 2, 3])):
        charge(order, "x")
    return "done"
