import time
import uuid
from collections.abc import Iterator


class Lines:
    def __iter__(self) -> Iterator[str]:
        yield uuid.uuid4().hex  # finds DUR103


class Counted:
    def __iter__(self) -> "Counted":
        return self

    def __next__(self) -> float:
        return time.time()  # finds DUR101
