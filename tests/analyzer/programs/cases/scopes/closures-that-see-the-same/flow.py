import time
import uuid
from collections.abc import Callable

from holdfast import workflow


def within(act: Callable[[], object]) -> Callable[[], object]:
    def again() -> object:
        return act()

    return again


def quiet() -> object:
    return 1


def clock() -> object:
    return time.time()  # finds DUR101


def name() -> object:
    return uuid.uuid4()  # finds DUR103


@workflow
def order(given: str) -> list[object]:
    return [within(quiet)(), within(quiet)(), within(clock)(), within(name)(), within(clock)()]
