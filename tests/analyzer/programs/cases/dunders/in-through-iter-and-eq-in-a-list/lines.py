import random
import uuid
from collections.abc import Iterator


class Lines:
    def __iter__(self) -> Iterator[str]:
        yield uuid.uuid4().hex  # finds DUR103


class Key:
    def __eq__(self, other: object) -> bool:
        return random.random() > 0.5  # finds DUR102
