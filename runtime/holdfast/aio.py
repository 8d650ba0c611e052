"""The waiting functions of workflow code for async workflows: what `holdfast` has for sync ones, to be awaited."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from holdfast.execution.effects import adrive
from holdfast.execution.scope import note_made
from holdfast.execution.source import source_of
from holdfast.execution.telling import emitting, getting, receiving, sending, setting
from holdfast.execution.waiting import branch_for, sleeping, starting

if TYPE_CHECKING:
    from holdfast.declare.queue import Queue
    from holdfast.engine.handle import Handle
    from holdfast.engine.placement import Wanted

__all__ = ["as_completed", "emit", "gather", "get_value", "receive", "send", "set_value", "sleep", "start"]


def sleep(seconds: float | timedelta) -> Coroutine[Any, Any, None]:
    """Sleep durably; see `holdfast.sleep`."""
    note_made("holdfast.aio.sleep")
    return _sleep(seconds)


def start(
    function: Callable[..., Any],
    /,
    *args: Any,
    id: str | None = None,
    queue: Queue | str | None = None,
    priority: int = 0,
    delay: float | None = None,
    deduplicate: str | None = None,
    partition: str | None = None,
    deadline: float | timedelta | None = None,
    **kwargs: Any,
) -> Coroutine[Any, Any, Handle[Any]]:
    """Start a workflow from workflow code; see `holdfast.start`. Await the handle for its result."""
    from holdfast.engine.placement import Wanted

    note_made("holdfast.aio.start")
    return _start(function, args, kwargs, id, Wanted(queue, priority, delay, partition, deduplicate, deadline))


def send(to: str | Handle[Any], value: Any, topic: str = "") -> Coroutine[Any, Any, None]:
    """Send a message to a workflow, exactly once; see `holdfast.send`."""
    note_made("holdfast.aio.send")
    return _send(to, value, topic)


def receive(topic: str = "", timeout: float | timedelta | None = None, type: Any = Any) -> Coroutine[Any, Any, Any]:
    """Wait for the next message to this workflow; see `holdfast.receive`."""
    note_made("holdfast.aio.receive")
    return _receive(topic, timeout, type)


def set_value(name: str, value: Any) -> Coroutine[Any, Any, None]:
    """Publish a value of this workflow; see `holdfast.set_value`."""
    note_made("holdfast.aio.set_value")
    return _set_value(name, value)


def get_value(
    of: str | Handle[Any], name: str, timeout: float | timedelta | None = None, type: Any = Any
) -> Coroutine[Any, Any, Any]:
    """Wait until another workflow has published a value; see `holdfast.get_value`."""
    note_made("holdfast.aio.get_value")
    return _get_value(of, name, timeout, type)


def emit(stream: str, value: Any) -> Coroutine[Any, Any, None]:
    """Append a value to a stream of this workflow; see `holdfast.emit`."""
    note_made("holdfast.aio.emit")
    return _emit(stream, value)


def gather(*branches: Awaitable[Any], return_exceptions: bool = False) -> Coroutine[Any, Any, list[Any]]:
    """Await several lines of workflow code concurrently and return their results in the order given.

    Unlike `asyncio.gather` it waits for all of them before it raises the first error.

    Args:
        branches: coroutines of workflow code, calls of async steps, or handles.
        return_exceptions: give an exception in the place of its result, instead of raising the first.
    """
    note_made("holdfast.aio.gather")
    return _gather(branches, return_exceptions)


def as_completed(*branches: Awaitable[Any]) -> AsyncIterator[tuple[int, Any]]:
    """Await several lines of workflow code concurrently; yield (position, result) in the order recorded.

    Args:
        branches: as for `gather`.
    """
    from holdfast.execution.concurrent import completed_tasks

    return completed_tasks(branch_for("aio.as_completed()"), branches, source_of(sys._getframe(1)))


# Coroutine functions of their own, so that the branch and the line are those of the task that awaits.


async def _sleep(seconds: float | timedelta) -> None:
    await adrive(sleeping(seconds, 2))


async def _start(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], id: str | None, wanted: Wanted
) -> Handle[Any]:
    return await adrive(starting(function, args, kwargs, id, wanted, 2))


async def _send(to: str | Handle[Any], value: Any, topic: str) -> None:
    await adrive(sending(to, value, topic, 2))


async def _receive(topic: str, timeout: float | timedelta | None, type: Any) -> Any:
    return await adrive(receiving(topic, timeout, type, 2))


async def _set_value(name: str, value: Any) -> None:
    await adrive(setting(name, value, 2))


async def _get_value(of: str | Handle[Any], name: str, timeout: float | timedelta | None, type: Any) -> Any:
    return await adrive(getting(of, name, timeout, type, 2))


async def _emit(stream: str, value: Any) -> None:
    await adrive(emitting(stream, value, 2))


async def _gather(branches: Sequence[Awaitable[Any]], return_exceptions: bool) -> list[Any]:
    from holdfast.execution.concurrent import gather_tasks

    return await gather_tasks(branch_for("aio.gather()"), branches, return_exceptions)
