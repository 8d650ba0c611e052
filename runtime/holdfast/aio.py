"""The waiting functions of workflow code for async workflows: what `holdfast` has for sync ones, to be awaited."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from holdfast.execution.effects import adrive
from holdfast.execution.scope import note_made
from holdfast.execution.source import source_of
from holdfast.execution.waiting import branch_for, sleeping, starting

if TYPE_CHECKING:
    from holdfast.engine.handle import Handle

__all__ = ["as_completed", "gather", "sleep", "start"]


def sleep(seconds: float | timedelta) -> Coroutine[Any, Any, None]:
    """Sleep durably; see `holdfast.sleep`."""
    note_made("holdfast.aio.sleep")
    return _sleep(seconds)


def start(
    function: Callable[..., Any], /, *args: Any, id: str | None = None, **kwargs: Any
) -> Coroutine[Any, Any, Handle[Any]]:
    """Start a workflow from workflow code; see `holdfast.start`. Await the handle for its result."""
    note_made("holdfast.aio.start")
    return _start(function, args, kwargs, id)


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
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], id: str | None
) -> Handle[Any]:
    return await adrive(starting(function, args, kwargs, id, 2))


async def _gather(branches: Sequence[Awaitable[Any]], return_exceptions: bool) -> list[Any]:
    from holdfast.execution.concurrent import gather_tasks

    return await gather_tasks(branch_for("aio.gather()"), branches, return_exceptions)
