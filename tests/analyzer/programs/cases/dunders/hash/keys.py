import random


class Key:
    def __hash__(self) -> int:
        return random.randint(0, 9)  # finds DUR102
