from holdfast import workflow

from stores import OrderStore


@workflow
def checkout(order: str) -> str:
    return OrderStore().find(order).label()
