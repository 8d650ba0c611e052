from holdfast import workflow

from timing import Timer


@workflow
def checkout(order: str) -> str:
    with Timer() as timer:
        text = order.upper()
    return f"{text} {timer.took}"
