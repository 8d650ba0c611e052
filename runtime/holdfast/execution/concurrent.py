"""Concurrent lines of workflow code: each is a branch with keys of its own, so the order they finish in does not matter."""

from __future__ import annotations

import asyncio
import contextvars
import queue
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any, Final

from holdfast import values
from holdfast.engine.handle import Handle
from holdfast.execution.scope import Branch, scope
from holdfast.store.records import Checkpoint

_CUT: Final = -1
"""Recorded when the code gave up waiting for the next branch to end."""

Line = tuple[Any, BaseException | None]
"""How a branch ended: its result, or what it raised."""


class _Threads:
    """Branches of a sync workflow, each on a thread."""

    def __init__(self, parent: Branch, lines: Sequence[Callable[[], Any] | Handle[Any]]) -> None:
        self.parent = parent
        self.ends: dict[int, Line] = {}
        self._arrived: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._branches = [parent.fork() for _ in lines]
        for index, (branch, line) in enumerate(zip(self._branches, lines, strict=True)):
            self._begin(index, branch, line.result if isinstance(line, Handle) else line)

    def _begin(self, index: int, branch: Branch, line: Callable[[], Any]) -> None:
        if not callable(line):
            raise TypeError(
                f"branch {index} is {line!r}, which cannot be called; give `functools.partial(step, argument)`, a lambda"
                " or a handle, not the result of a call"
            )
        guard = branch.execution.engine.guard
        if guard is not None:
            line = guard.line(line)
        context = contextvars.copy_context()
        context.run(scope.set, branch)
        branch.execution.begin_branch()

        def run() -> None:
            try:
                end: Line = (context.run(line), None)
            except BaseException as error:
                end = (None, error)
            branch.ended()
            self.ends[index] = end
            self._arrived.put(index)

        branch.execution.engine.threads.submit(run)

    def arrive(self) -> int:
        """Wait for the next branch to end; return its position."""
        execution = self.parent.execution
        execution.park(self.parent, None)
        try:
            index = self._arrived.get()
        finally:
            execution.unpark(self.parent)
        self.parent.clock = max(self.parent.clock, self._branches[index].clock)
        return index


def gather_threads(
    parent: Branch, lines: Sequence[Callable[[], Any] | Handle[Any]], return_exceptions: bool, source: str
) -> list[Any]:
    """Run `lines` on threads; see `holdfast.gather`."""
    _check_open(parent)
    threads = _Threads(parent, lines)
    for _ in lines:
        threads.arrive()
    _check_open(parent)
    return _results([threads.ends[index] for index in range(len(lines))], return_exceptions)


def completed_threads(
    parent: Branch, lines: Sequence[Callable[[], Any] | Handle[Any]], source: str
) -> Iterator[tuple[int, Any]]:
    """Run `lines` on threads; see `holdfast.as_completed`."""
    _check_open(parent)
    threads = _Threads(parent, lines)
    ready: list[int] = []
    taken: set[int] = set()
    for _ in lines:
        key, recorded = _recall(parent, len(lines), source)
        while not (ready if recorded is None else recorded in threads.ends):
            arrived = threads.arrive()
            if arrived not in taken:  # a recorded one is taken as soon as it has ended, before its turn to arrive
                ready.append(arrived)
        _check_open(parent)
        index = ready[0] if recorded is None else recorded
        if index in ready:
            ready.remove(index)
        taken.add(index)
        if recorded is None:
            _record(parent, key, len(lines), index, source)
        result, error = threads.ends[index]
        if error is not None:
            raise error
        yield index, result


async def gather_tasks(parent: Branch, lines: Sequence[Awaitable[Any]], return_exceptions: bool) -> list[Any]:
    """Await `lines` concurrently; see `holdfast.aio.gather`."""
    _check_open(parent)
    tasks = [asyncio.ensure_future(line) for line in lines]
    execution = parent.execution
    execution.park(parent, None)
    try:
        if tasks:
            await asyncio.wait(tasks)
    finally:
        execution.unpark(parent)
    _check_open(parent)
    return _results([_end(task) for task in tasks], return_exceptions)


async def completed_tasks(
    parent: Branch, lines: Sequence[Awaitable[Any]], source: str
) -> AsyncIterator[tuple[int, Any]]:
    """Await `lines` concurrently; see `holdfast.aio.as_completed`."""
    _check_open(parent)
    tasks = [asyncio.ensure_future(line) for line in lines]
    order: list[int] = []
    for index, task in enumerate(tasks):
        task.add_done_callback(lambda _, index=index: order.append(index))  # type: ignore[misc]
    taken: set[int] = set()
    while len(taken) < len(tasks):
        key, recorded = _recall(parent, len(tasks), source)
        try:
            ready = await _some_ended(parent, tasks, order, taken, recorded)
        except asyncio.CancelledError:
            parent.note_cut()
            raise
        _check_open(parent)
        index = ready[0] if recorded is None else recorded
        taken.add(index)
        if recorded is None:
            _record(parent, key, len(tasks), index, source)
        result, error = _end(tasks[index])
        if error is not None:
            raise error
        yield index, result


async def _some_ended(
    parent: Branch, tasks: Sequence[asyncio.Future[Any]], order: list[int], taken: set[int], recorded: int | None
) -> list[int]:
    """Wait until the `recorded` one of `tasks` has ended, any when that is None; return those that have, as they did.

    What the code has cut short is recorded as a position that none has.
    """
    execution = parent.execution
    while True:
        ready = [index for index in order if index not in taken]
        if ready if recorded is None else recorded in ready:
            return ready
        execution.park(parent, None)
        try:
            left = [task for index, task in enumerate(tasks) if index not in taken and index not in ready]
            closing = execution.on_close(asyncio.get_running_loop())
            await asyncio.wait([*left, closing], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(0)  # lets the callbacks that note the order run
        finally:
            execution.unpark(parent)
        _check_open(parent)


def _end(task: asyncio.Future[Any]) -> Line:
    if task.cancelled():
        return None, asyncio.CancelledError()
    error = task.exception()
    return (None, error) if error is not None else (task.result(), None)


def _results(ends: Sequence[Line], return_exceptions: bool) -> list[Any]:
    for _, error in ends:
        if error is not None and not (return_exceptions and isinstance(error, Exception)):
            raise error
    return [result if error is None else error for result, error in ends]


def _check_open(branch: Branch) -> None:
    if branch.execution.closing is not None:
        raise branch.execution.closing


def _recall(parent: Branch, count: int, source: str) -> tuple[str, int | None]:
    digest = values.digest(str(count).encode())
    key, found = parent.execution.recall(parent, "completed", "as_completed", digest, source)
    if found is None:
        return key, None
    return key, _CUT if found.result is None else int(found.result)


def _record(parent: Branch, key: str, count: int, index: int, source: str) -> None:
    execution = parent.execution
    now = execution.engine.time()
    digest = values.digest(str(count).encode())
    execution.record(
        parent, Checkpoint(key, "completed", "as_completed", digest, str(index).encode(), None, now, now, 1, source)
    )
