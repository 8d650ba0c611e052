from shop.clock.stamps import stamp


def place(order: str) -> str:
    return f"{order} at {stamp()}"
