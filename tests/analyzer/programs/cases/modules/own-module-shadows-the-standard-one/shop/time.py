def time() -> float:
    return 1.0
