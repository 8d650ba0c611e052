import time


def late() -> bool:
    return time.time() > 100  # finds DUR101


def pick(order: str, late: bool) -> bool:
    return late and bool(order)
