from functools import partial

from holdfast import workflow

from pay import fee

quick = partial(fee, "card")


@workflow
def checkout(order: str) -> str:
    slow = partial(quick, cents=5)
    return slow()
