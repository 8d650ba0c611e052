from holdfast import workflow

from pay import Shop


@workflow
def checkout(order: str, shop: Shop) -> str:
    return shop.till.number(order)
