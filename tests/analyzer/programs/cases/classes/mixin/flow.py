from holdfast import workflow

from pay import StampedTill


@workflow
def checkout(order: str) -> float:
    return StampedTill().stamp()
