from holdfast import workflow

from money import Money


@workflow
def checkout(order: str) -> bool:
    a, b = Money(1), Money(2)
    return a == b or a < b or sorted([a, b]) != [a]
