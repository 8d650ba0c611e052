import os
import random
import time
import uuid


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __add__(self, other: "Money") -> "Money":
        return Money(random.randint(1, 2))  # finds DUR102

    def __isub__(self, other: "Money") -> "Money":
        self.cents = int(time.time())  # finds DUR101
        return self

    def __rmul__(self, factor: int) -> "Money":
        return Money(os.getpid())  # finds DUR105

    def __neg__(self) -> "Money":
        return Money(uuid.uuid4().int)  # finds DUR103
