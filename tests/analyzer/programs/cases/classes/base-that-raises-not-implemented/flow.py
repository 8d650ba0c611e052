from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str, till: Till) -> str:
    return till.receipt(order)
