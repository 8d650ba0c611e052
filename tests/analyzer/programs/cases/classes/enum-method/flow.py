from holdfast import workflow

from pay import Way


@workflow
def checkout(order: str) -> str:
    return Way.CARD.receipt(order) + Way("cash").name
