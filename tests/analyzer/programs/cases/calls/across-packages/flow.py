from holdfast import workflow

from shop.orders import place


@workflow
def checkout(order: str) -> str:
    return place(order)
