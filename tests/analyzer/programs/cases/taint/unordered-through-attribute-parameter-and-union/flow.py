from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return order


class Cart:
    def __init__(self, items: list[str]) -> None:
        self.items = set(items)


def charge_all(items: set[str]) -> None:
    for item in items:  # finds DUR201
        charge(item)


@workflow
def checkout(items: list[str]) -> str:
    cart = Cart(items)
    charge_all(cart.items)
    for item in cart.items | {"x"}:  # finds DUR201
        charge(item)
    return "done"
