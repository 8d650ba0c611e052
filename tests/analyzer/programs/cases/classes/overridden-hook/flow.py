from holdfast import workflow

from pay import QuietTill, Till


@workflow
def checkout(order: str) -> str:
    return QuietTill().receipt(order)
