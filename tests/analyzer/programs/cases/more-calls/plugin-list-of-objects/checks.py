import time
import uuid
from abc import ABC, abstractmethod


class Check(ABC):
    wanted = True

    @abstractmethod
    def run(self, order: str) -> str: ...


class Stamp(Check):
    def run(self, order: str) -> str:
        return str(time.time())  # finds DUR101


class Tag(Check):
    def run(self, order: str) -> str:
        return uuid.uuid4().hex  # finds DUR103


CHECKS: list[Check] = [Stamp(), Tag()]
