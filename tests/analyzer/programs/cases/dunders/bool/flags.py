import random


class Flag:
    def __bool__(self) -> bool:
        return random.random() > 0.5  # finds DUR102
