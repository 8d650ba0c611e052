from holdfast import workflow

from cart import Cart


@workflow
def checkout(order: str) -> str:
    cart = Cart(order=order)
    return f"{cart.id} {cart.model_dump()}"
