from typing import Protocol

from holdfast import workflow


class Till(Protocol):
    def receipt(self, order: str) -> str: ...


@workflow
def checkout(order: str, till: Till) -> str:
    return till.receipt(order)  # finds DUR901
