from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str) -> str:
    return Till().charge(order)
