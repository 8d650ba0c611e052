from collections.abc import Callable

from holdfast import workflow


@workflow
def checkout(order: str, hook: Callable[[], str]) -> str:
    return hook()  # finds DUR901
