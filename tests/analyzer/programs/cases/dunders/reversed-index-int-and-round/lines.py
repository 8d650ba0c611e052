import os
import random
import time
import uuid
from collections.abc import Iterator


class A:
    def __reversed__(self) -> Iterator[str]:
        yield uuid.uuid4().hex  # finds DUR103


class B:
    def __int__(self) -> int:
        return int(time.time())  # finds DUR101


class C:
    def __abs__(self) -> float:
        return random.random()  # finds DUR102


class D:
    def __iter__(self) -> Iterator[int]:
        yield os.getpid()  # finds DUR105
