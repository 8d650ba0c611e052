import os
from dataclasses import dataclass


@dataclass
class Card:
    number: str


@dataclass
class Cash:
    cents: int

    def count(self) -> str:
        return str(os.getpid())  # finds DUR105
