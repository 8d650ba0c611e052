import random


def fee(kind: str, cents: int) -> str:
    return f"{kind} {cents + random.randint(1, 5)}"  # finds DUR102
