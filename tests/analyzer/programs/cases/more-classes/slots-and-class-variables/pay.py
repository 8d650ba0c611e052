import time
from typing import ClassVar


class Till:
    __slots__ = ("order",)
    fee: ClassVar[int] = 3
    clock: ClassVar = time

    def __init__(self, order: str) -> None:
        self.order = order

    def made(self) -> float:
        return self.clock.time()  # finds DUR101
