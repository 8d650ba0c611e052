from holdfast import workflow

from pay import charge


@workflow
def checkout(order: str) -> str:
    return charge(order)
