"""Writes to what outlives a run, named by variable and module."""

import heapq
import threading
from collections import deque
from typing import Any

import pytest
from watching import seen, watched

from holdfast import Engine, WorkflowStuck, step, workflow
from holdfast.guard import Guard

CACHE: dict[int, Any] = {}
NESTED: dict[str, list[int]] = {"a": []}
QUEUE: list[int] = []
RECENT: deque[int] = deque(maxlen=2)
LAST = 0
PRICES = {"a": 1}


class Touchy:
    """Would tell if anybody compared or showed it."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared")

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        raise AssertionError("shown")


class Counter:
    total = 0
    items: list[int] = []

    def add(self) -> None:
        self.items.append(1)


class Service:
    def __init__(self) -> None:
        self.calls = 0
        self.touchy = Touchy()

    def hit(self) -> None:
        self.calls += 1


SERVICE = Service()


def remember(seen: list[int] = []) -> int:  # noqa: B006
    seen.append(1)
    return len(seen)


def subscript() -> None:
    CACHE[len(CACHE)] = 1


def nested() -> None:
    NESTED["a"].append(1)


def handed_on() -> None:
    heapq.heappush(QUEUE, len(QUEUE))


def bounded() -> None:
    RECENT.append(len(CACHE))
    RECENT.append(len(QUEUE) + 1000)


def rebound() -> None:
    global LAST
    LAST += 1


def class_attribute() -> None:
    Counter.total += 1


def class_list() -> None:
    Counter().add()


def attribute() -> None:
    SERVICE.hit()


def default() -> None:
    remember()


def alias() -> None:
    local = CACHE
    local[-len(local) - 1] = 2


WRITES = {
    subscript: "CACHE",
    nested: "NESTED",
    handed_on: "QUEUE",
    bounded: "RECENT",
    rebound: "LAST",
    class_attribute: "Counter.total",
    class_list: "Counter.items",
    attribute: "SERVICE",
    default: "seen",
    alias: "CACHE",
}


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)
def test_a_write(write: Any) -> None:
    @workflow(name="guarded.writing")
    def writing() -> None:
        write()

    assert seen(writing) == {("DUR401", f"{__name__}.{WRITES[write]}")}


@step
def store(number: int) -> int:
    CACHE[number] = number
    QUEUE.append(number)
    return number


@workflow
def reading(number: int) -> int:
    local: dict[int, int] = {}
    local[number] = store(number)
    found = PRICES["a"] + PRICES.get("b", 0) + len(CACHE) + sum(QUEUE)
    return found * 0 + sum(1 for _ in CACHE)


def test_reading_and_the_writes_of_steps_are_none() -> None:
    assert watched(reading, 1) == []


@workflow
def unchanged(number: int) -> int:
    CACHE.setdefault(-1, 0)
    return store(number)


def test_a_write_that_changes_nothing_and_a_step_that_writes_the_same_variable() -> None:
    CACHE[-1] = 0
    assert watched(unchanged, 7) == []


def test_what_other_threads_write_is_not_the_workflow_s() -> None:
    stop = threading.Event()

    def beside() -> None:
        while not stop.wait(0.0002):
            CACHE[len(CACHE)] = 1

    thread = threading.Thread(target=beside)
    thread.start()
    try:
        assert watched(reading, 3) == []
    finally:
        stop.set()
        thread.join()


@workflow
def counting(number: int) -> int:
    first = store(number)
    subscript()
    return store(first + 1)


def test_raise_parks_the_workflow_before_the_next_step() -> None:
    with Engine("sqlite:///:memory:", guard=Guard("raise")) as engine:
        handle = engine.start(counting, 1)
        with pytest.raises(WorkflowStuck, match="DUR401"):
            handle.result(timeout=30)
        assert len(engine.history(handle.id)) == 1
