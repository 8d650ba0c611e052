from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str) -> str:
    till = Till(order)
    return f"{till.order} {till.fee} {Till.fee} {till.made()}"
