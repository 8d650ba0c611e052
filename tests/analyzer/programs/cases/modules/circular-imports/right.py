import left


def second(n: int) -> float:
    return left.third()
