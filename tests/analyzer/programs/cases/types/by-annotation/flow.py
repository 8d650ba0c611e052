from holdfast import workflow

from pay import Till


def receipt(till: Till, order: str) -> str:
    return till.number(order)


@workflow
def checkout(order: str, till: Till) -> str:
    return receipt(till, order)
