import time


def late() -> bool:
    return time.time() > 3  # finds DUR101
