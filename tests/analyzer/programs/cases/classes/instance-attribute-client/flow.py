from holdfast import workflow

from clients import Shop

shop = Shop("https://shop.example")


@workflow
def checkout(order: str) -> int:
    return shop.price(order)
