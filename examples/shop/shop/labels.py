"""What is printed on a parcel."""

from shop.clock import moment


def stamped(order: str) -> str:
    """Return the label of an order."""
    return f"{order}/{int(moment())}"
