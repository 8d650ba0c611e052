from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def attempt(function: Callable[[], T], times: int) -> T:
    error: Exception | None = None
    for _ in range(times):
        try:
            return function()
        except ValueError as found:
            error = found
    raise error or RuntimeError("no attempt")
