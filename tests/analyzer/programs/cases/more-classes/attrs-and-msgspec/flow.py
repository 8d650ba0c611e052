from holdfast import workflow

from cart import Cart, Line


@workflow
def checkout(order: str) -> str:
    return Cart(order).id + str(Line(order).at)
