from holdfast import workflow

from cart import BigCart


@workflow
def checkout(order: str) -> str:
    cart = BigCart()
    cart.owner = order
    return cart.owner
