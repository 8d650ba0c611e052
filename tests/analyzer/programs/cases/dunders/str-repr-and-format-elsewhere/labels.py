import os
import random
import time
import uuid


class A:
    def __str__(self) -> str:
        return uuid.uuid4().hex  # finds DUR103


class B:
    def __repr__(self) -> str:
        return str(time.time())  # finds DUR101


class C:
    def __format__(self, how: str) -> str:
        return str(random.random())  # finds DUR102


class D:
    def __str__(self) -> str:
        return str(os.getpid())  # finds DUR105
