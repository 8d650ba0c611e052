import time
from collections import UserDict


class Bag(list):
    def both(self) -> str:
        return "".join(self)


class Record(UserDict):
    def stamp(self) -> float:
        return time.time()  # finds DUR101
