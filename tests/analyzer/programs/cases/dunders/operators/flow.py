from holdfast import workflow

from money import Money


@workflow
def checkout(order: str) -> str:
    total = Money(1) + Money(2)
    total -= Money(1)
    half = 2 * total
    return f"{half.cents} {(-total).cents}"
