import os
import random
import secrets
import time


class A:
    def __bool__(self) -> bool:
        return random.random() > 0.5  # finds DUR102


class B:
    def __bool__(self) -> bool:
        return time.time() > 0.5  # finds DUR101


class C:
    def __len__(self) -> int:
        return os.getpid()  # finds DUR105


class D:
    def __bool__(self) -> bool:
        return secrets.randbits(1) == 1  # finds DUR102
