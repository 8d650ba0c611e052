from holdfast import workflow

from shop import Shop

shop = Shop()


@workflow
def checkout(order: str) -> str:
    return shop.orders.store.save(order)
