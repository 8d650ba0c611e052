from timing import timed


@timed
def charge(order: str) -> str:
    return order.upper()
