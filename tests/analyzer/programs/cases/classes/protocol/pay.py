import uuid
from typing import Protocol


class Till(Protocol):
    def receipt(self, order: str) -> str: ...


class CardTill:
    def receipt(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103
