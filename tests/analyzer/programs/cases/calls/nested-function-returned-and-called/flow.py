from holdfast import workflow

from clock import watch


@workflow
def checkout(order: str) -> float:
    elapsed = watch()
    return elapsed()
