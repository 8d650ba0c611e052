from holdfast import workflow

from cart import Cart


@workflow
def checkout(order: str) -> str:
    return Cart().add(order).add("x").with_note(lambda cart: cart.stamp()).total()
