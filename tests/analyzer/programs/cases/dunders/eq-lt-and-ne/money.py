import random
import time


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __eq__(self, other: object) -> bool:
        return random.random() > 0.5  # finds DUR102

    def __lt__(self, other: object) -> bool:
        return time.time() > 0.5  # finds DUR101
