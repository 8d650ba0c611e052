from typing import Generic, TypeVar

T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, thing: T) -> None:
        self.thing = thing

    def take(self) -> T:
        return self.thing
