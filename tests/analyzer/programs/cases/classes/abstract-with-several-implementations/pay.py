import os
import uuid
from abc import ABC, abstractmethod


class Till(ABC):
    @abstractmethod
    def receipt(self, order: str) -> str: ...


class CardTill(Till):
    def receipt(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103


class CashTill(Till):
    def receipt(self, order: str) -> str:
        return f"{order} {os.getpid()}"  # finds DUR105


def choose(kind: str) -> Till:
    if kind == "card":
        return CardTill()
    return CashTill()
