from timing import Timed


@Timed
def charge(order: str) -> str:
    return order.upper()
