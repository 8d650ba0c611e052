from abc import ABC, abstractmethod

from holdfast import workflow


class Till(ABC):
    @abstractmethod
    def receipt(self, order: str) -> str: ...


@workflow
def checkout(order: str, till: Till) -> str:
    return till.receipt(order)  # finds DUR901
