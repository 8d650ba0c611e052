import uuid
from abc import ABC, abstractmethod


class Till(ABC):
    @abstractmethod
    def receipt(self, order: str) -> str:
        raise NotImplementedError


class CardTill(Till):
    def receipt(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103
