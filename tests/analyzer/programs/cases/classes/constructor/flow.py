from holdfast import workflow

from cart import Cart


@workflow
def checkout(order: str) -> str:
    cart = Cart(order)
    return cart.label
