from holdfast import step, workflow

from clock import late, pick


@step
def charge(order: str) -> str:
    return order


def charge_if(wanted: bool, order: str) -> None:
    if wanted:
        charge(order)


@workflow
def checkout(order: str) -> str:
    charge_if(pick(order, late()), order)
    return "done"
