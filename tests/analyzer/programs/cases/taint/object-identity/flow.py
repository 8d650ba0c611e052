from holdfast import step, workflow


class Cart:
    pass


@step
def charge(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    cart, other = Cart(), Cart()
    key = id(cart)  # finds DUR106
    if hash(order) % 2:  # finds DUR106 DUR502
        charge(f"{key}")
    charge(f"{other}")  # finds DUR106
    return "done"
