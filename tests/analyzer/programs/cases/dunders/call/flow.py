from holdfast import workflow

from pay import Charge

charge = Charge("eur")


@workflow
def checkout(order: str) -> str:
    return charge(order)
