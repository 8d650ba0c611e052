from holdfast import workflow

from pay import find


@workflow
def checkout(order: str) -> str:
    return find(order).number(order)
