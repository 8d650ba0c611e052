from typing import Any

from holdfast import workflow

from pay import Till


def anything() -> Any: ...


@workflow
def checkout(order: str) -> str:
    till: Till = anything()
    return till.number(order)
