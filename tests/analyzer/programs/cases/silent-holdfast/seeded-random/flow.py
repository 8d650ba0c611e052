import random

from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    generator = random.Random(42)
    other = random.Random(order)
    values = [1, 2, 3]
    generator.shuffle(values)
    return f"{generator.random()} {other.choice(values)} {values}"
