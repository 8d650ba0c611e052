from holdfast import step, workflow

from cart import Cart


@step
def charge(order: dict) -> str:
    return str(order)


@workflow
def checkout(order: str) -> str:
    cart = Cart(order=order)
    return charge(cart.model_dump())
