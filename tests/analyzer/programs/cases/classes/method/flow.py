from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str) -> str:
    till = Till()
    return till.receipt(order)
