from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str) -> str:
    take = Till("x").receipt
    return apply(take, order)


def apply(function, order: str) -> str:
    return function(order)
