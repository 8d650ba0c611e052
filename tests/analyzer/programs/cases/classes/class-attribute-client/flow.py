from holdfast import workflow

from clients import Shop


@workflow
def checkout(order: str) -> int:
    return Shop.price(order)
