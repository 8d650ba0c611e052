import uuid
from typing import NamedTuple


class Line(NamedTuple):
    name: str
    count: int = 1

    def label(self) -> str:
        return f"{self.name} {uuid.uuid4()}"  # finds DUR103
