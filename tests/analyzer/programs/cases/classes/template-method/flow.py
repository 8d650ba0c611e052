from holdfast import workflow

from pay import LoudTill


@workflow
def checkout(order: str) -> str:
    return LoudTill().receipt(order)
