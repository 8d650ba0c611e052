import copy

from holdfast import workflow


class Cart:
    def __init__(self) -> None:
        self.seen: set[int] = set()

    def __repr__(self) -> str:
        return "Cart()"


@workflow
def checkout(order: str) -> str:
    cart = Cart()
    seen = {id(cart)}
    if id(cart) in seen:
        order = order.upper()
    number = hash(3)
    copied = copy.copy(cart)
    return f"{order} {cart} {number} {copied!r}"
