from holdfast import workflow

from cart import Cart


@workflow
def checkout(order: str) -> str:
    return Cart(order).label()
