import uuid
from dataclasses import dataclass


class Till:
    def number(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103


@dataclass
class Shop:
    name: str
    till: Till
