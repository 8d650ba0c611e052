import functools
import time
from typing import Any, Callable

from holdfast import step, workflow


def clocked(clock: Callable[[], float], retries: int) -> Callable[..., Any]:
    def decorate(function: Any) -> Any:
        function.clock = clock
        function.retries = retries
        return function

    return decorate


def logged(function: Any) -> Any:
    @functools.wraps(function)
    def inner(order: str) -> str:
        return order

    return inner


@clocked(time.time, 3)
def ship(order: str) -> str:
    return order


@logged
def stamp(order: str) -> str:
    return f"{order} at {time.time()}"  # finds DUR101


@step
def charge(order: str) -> str:
    return f"{order} at {time.time()}"  # finds DUR101


@workflow
def by_attribute(order: str) -> float:
    return ship.clock()  # finds DUR101


@workflow
def plain_attribute(order: str) -> int:
    return ship.retries


@workflow
def unwrapped(order: str) -> str:
    return stamp.__wrapped__(order)


@workflow
def wrapped(order: str) -> str:
    return stamp(order)


@workflow
def unwrapped_step(order: str) -> str:
    return charge.__wrapped__(order)


@workflow
def of_its_name(order: str) -> str:
    return ship.__name__


@workflow
def of_an_attribute_that_nothing_sets(order: str) -> str:
    return ship.delay(order)  # finds DUR901


@workflow
def counting(order: str) -> str:
    ship.calls = 1  # finds DUR401
    return ship(order)
