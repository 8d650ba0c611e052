from right import second


def first() -> float:
    return second(1)


def third() -> float:
    import time

    return time.time()  # finds DUR101
