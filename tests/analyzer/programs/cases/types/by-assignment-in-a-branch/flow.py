from holdfast import workflow

from pay import Plain, Till


@workflow
def checkout(order: str, quick: bool) -> str:
    if quick:
        till = Plain()
    else:
        till = Till()
    return till.number(order)
