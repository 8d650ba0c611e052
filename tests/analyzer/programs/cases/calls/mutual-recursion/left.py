import right


def left(n: int) -> float:
    return right.right(n - 1) if n else 0.0
