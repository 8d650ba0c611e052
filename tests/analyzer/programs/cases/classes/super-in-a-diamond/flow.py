from holdfast import workflow

from pay import Both


@workflow
def checkout(order: str) -> str:
    return Both().receipt(order)
