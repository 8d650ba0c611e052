"""One workflow for each operation of workflow code, between two steps.

Where a workflow is in the middle of its operation it comes to a gate; in a process that has one (`HOLDFAST_TEST_GATE`, a
path) it says so and waits there until that file exists.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from orders import act, act_async, book, enter

import holdfast
from holdfast import aio

Flow = holdfast.Workflow[Any, Any]
OPERATIONS: Final[dict[str, Flow]] = {}
"""The workflows by what they are in the middle of. Each takes its own id."""

_GATE: Final = os.environ.get("HOLDFAST_TEST_GATE", "")
_LOOK: Final = 0.01


def pass_gate(id: str, waits: bool = True) -> None:
    """Wait for the gate to open, if this process has one."""
    if _GATE:
        print("at the gate", id, flush=True)
        while waits and not os.path.exists(_GATE):
            time.sleep(_LOOK)


async def pass_gate_async(id: str) -> None:
    """The same for code of an event loop."""
    if _GATE:
        print("at the gate", id, flush=True)
        while not os.path.exists(_GATE):
            await asyncio.sleep(_LOOK)


def between_steps(name: str) -> Callable[[Callable[[str], Any]], Flow]:
    """Declare a workflow that does something between two steps, and returns their tokens and what it found."""

    def declare(operation: Callable[[str], Any]) -> Flow:
        @holdfast.workflow(name=f"every operation: {name}", version="1")
        def flow(id: str) -> list[Any]:
            token = act(id, "before", "-")
            found = operation(id)
            return [token, found, act(id, "after", token)]

        OPERATIONS[name] = flow
        return flow

    return declare


def between_steps_async(name: str) -> Callable[[Callable[[str], Awaitable[Any]]], Flow]:
    """The same for async workflows."""

    def declare(operation: Callable[[str], Awaitable[Any]]) -> Flow:
        @holdfast.workflow(name=f"every operation: {name}", version="1")
        async def flow(id: str) -> list[Any]:
            token = await act_async(id, "before", "-")
            found = await operation(id)
            return [token, found, await act_async(id, "after", token)]

        OPERATIONS[name] = flow
        return flow

    return declare


@holdfast.step
def effect(id: str, place: str) -> str:
    enter(id, place, "-", "-")
    return place


@holdfast.step
async def effect_async(id: str, place: str) -> str:
    enter(id, place, "-", "-")
    await pass_gate_async(id)
    return place


@holdfast.step
def slow_effect(id: str) -> str:
    enter(id, "slow", "-", "-")
    pass_gate(id)
    return "slow"


@holdfast.step
def refused(id: str) -> None:
    pass_gate(id)
    raise ValueError(id)


@holdfast.transaction
def book_slowly(tx: Any, id: str) -> None:
    shared = type(tx).__module__.startswith("sqlite3")  # nobody else could write meanwhile
    tx.execute(f"INSERT INTO booked VALUES ({'?' if shared else '%s'}, 'slow')", (id,))
    pass_gate(id, waits=not shared)


def hears(timeout: float) -> Any:
    """Return the next message, None when there is none in time."""
    try:
        return holdfast.receive("talk", timeout=timeout)
    except TimeoutError:
        return None


@holdfast.workflow(version="1")
def offspring(id: str) -> str:
    """A child of any of these workflows."""
    return effect(id, "child")


@between_steps("a step")
def _(id: str) -> Any:
    return slow_effect(id)


@between_steps("a step's error")
def _(id: str) -> Any:
    try:
        refused(id)
    except ValueError as error:
        return str(error) == id


@between_steps("a transaction's begin")
def _(id: str) -> Any:
    pass_gate(id)
    return book(id, "slot")


@between_steps("a transaction's commit")
def _(id: str) -> Any:
    return book_slowly(id)


@between_steps("a short sleep")
def _(id: str) -> Any:
    pass_gate(id)
    holdfast.sleep(0.05)


@between_steps("a long sleep")
def _(id: str) -> Any:
    pass_gate(id)
    holdfast.sleep(0.3)


@between_steps("send")
def _(id: str) -> Any:
    pass_gate(id)
    holdfast.send(id, "hello", "talk")
    return [hears(0), hears(0)]


@between_steps("receive")
def _(id: str) -> Any:
    holdfast.send(id, "hello", "talk")
    holdfast.send(id, "world", "talk")
    pass_gate(id)
    return [holdfast.receive("talk"), holdfast.receive("talk"), hears(0)]


@between_steps("a wait that times out")
def _(id: str) -> Any:
    pass_gate(id)
    return hears(0.2)


@between_steps("set_value")
def _(id: str) -> Any:
    pass_gate(id)
    holdfast.set_value("known", "hello")
    return holdfast.get_value(id, "known")


@between_steps("get_value")
def _(id: str) -> Any:
    holdfast.set_value("known", "hello")
    pass_gate(id)
    return holdfast.get_value(id, "known")


@between_steps("emit")
def _(id: str) -> Any:
    holdfast.emit("said", "hello")
    pass_gate(id)
    holdfast.emit("said", "world")


@between_steps("start a child")
def _(id: str) -> Any:
    pass_gate(id)
    return holdfast.start(offspring, id, id=f"{id}/child").result()


@between_steps("call a child")
def _(id: str) -> Any:
    pass_gate(id)
    return offspring(id)


@between_steps("a child's result")
def _(id: str) -> Any:
    child = holdfast.start(offspring, id, id=f"{id}/child")
    pass_gate(id)
    return child.result()


@between_steps("gather")
def _(id: str) -> Any:
    pass_gate(id)
    return holdfast.gather(lambda: effect(id, "left"), lambda: effect(id, "right"))


@between_steps("as_completed")
def _(id: str) -> Any:
    pass_gate(id)
    return sorted(holdfast.as_completed(lambda: effect(id, "left"), lambda: effect(id, "right")))


@between_steps("patched")
def _(id: str) -> Any:
    pass_gate(id)
    return holdfast.patched("since")


@between_steps_async("an async step")
async def _(id: str) -> Any:
    return await effect_async(id, "async")


@between_steps_async("an async sleep")
async def _(id: str) -> Any:
    await pass_gate_async(id)
    await aio.sleep(0.3)


@between_steps_async("async branches")
async def _(id: str) -> Any:
    return await aio.gather(effect_async(id, "left"), effect_async(id, "right"))


@holdfast.workflow(version="1")
def another_run(id: str, again: bool = False) -> list[Any]:
    token = act(id, "before", "-")
    if not again:
        pass_gate(id)
        holdfast.continue_as_new(id, True)
    return [token, again, act(id, "after", token)]


@holdfast.workflow(version="1")
def an_end(id: str) -> list[Any]:
    token = act(id, "before", "-")
    pass_gate(id)
    return [token, "ended", token]


@holdfast.workflow(version="1")
def a_failure(id: str) -> None:
    act(id, "before", "-")
    pass_gate(id)
    raise ValueError(id)


OPERATIONS["continue_as_new"] = another_run
OPERATIONS["a workflow's end"] = an_end
OPERATIONS["a workflow's failure"] = a_failure
