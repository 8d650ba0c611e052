from holdfast import step, workflow

from clock import Clock


@step
def charge(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    clock = Clock()
    if clock.started:  # finds DUR502
        charge(order)
    return "done"
