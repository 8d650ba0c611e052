import json
import uuid
from typing import Generic, TypeVar


class Order:
    def label(self) -> str:
        return uuid.uuid4().hex  # finds DUR103


T = TypeVar("T")


class Store(Generic[T]):
    kind: type[T]

    def find(self, key: str) -> T:
        return self.make(json.loads(key))

    def make(self, row: dict) -> T:
        return self.kind(**row)


class OrderStore(Store[Order]):
    kind = Order
