from holdfast import workflow

from timing import timer


@workflow
def checkout(order: str) -> str:
    with timer() as start:
        text = order.upper()
    return f"{text} {start}"
