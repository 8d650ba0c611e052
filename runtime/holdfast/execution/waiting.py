"""The waiting functions of workflow code, for sync workflows; `holdfast.aio` has them for async ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from holdfast.errors import OutsideWorkflow
from holdfast.execution import operations
from holdfast.execution.effects import Operation, drive
from holdfast.execution.scope import Branch, note_nested, scope
from holdfast.execution.source import source_of

if TYPE_CHECKING:
    from holdfast.declare.queue import Queue
    from holdfast.engine.handle import Handle
    from holdfast.engine.placement import Wanted


def branch_for(what: str) -> Branch:
    """Return the branch whose code called `what`; raise `OutsideWorkflow` elsewhere."""
    branch = scope.get()
    if type(branch) is Branch:
        return branch
    note_nested(branch, f"holdfast.{what}".partition("(")[0])
    where = "in a step's body" if branch is not None else "outside a workflow"
    raise OutsideWorkflow(f"`holdfast.{what}` was called {where}; it waits durably, and only workflow code can do that")


def sleeping(seconds: float | timedelta, depth: int) -> Operation[None]:
    """Return the operation of `sleep`; `depth` frames up is the caller."""
    branch = branch_for("sleep()")
    length = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
    if not 0 <= length < 1e10:
        raise ValueError(f"`holdfast.sleep({seconds!r})`: give 0 or more seconds, and less than three centuries")
    return operations.sleep(branch, length, source_of(sys._getframe(depth)))


def starting(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], id: str | None, wanted: Wanted, depth: int
) -> Operation[Handle[Any]]:
    """Return the operation of `start`; `depth` frames up is the caller."""
    from holdfast.execution.children import begin_child

    branch = branch_for("start()")
    return begin_child(branch, function, args, kwargs, id, wanted, source_of(sys._getframe(depth)))


def sleep(seconds: float | timedelta) -> None:
    """Sleep durably: for at least so long by the database's clock, whatever crashes meanwhile.

    A long sleep gives up the thread and the memory; the workflow is replayed when it wakes.

    Args:
        seconds: how long, 0 or more.
    """
    drive(sleeping(seconds, 2))


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
) -> Handle[Any]:
    """Start a workflow from workflow code, to run by itself; the caller is its parent.

    It runs on this executor if that has a slot for it. With one of the options after `id` it waits for any executor, as
    what `Engine.enqueue` starts does. They are part of the record, as the arguments are: a replay that gives others differs.

    Args:
        function: a declared workflow.
        args: its arguments; those named like an option must be given by position.
        id: its id; derived from the caller's unless given.
        queue: where it waits; one with limits is a `Queue`, or the name of one.
        priority: lower ones are claimed first.
        delay: seconds until it may run.
        deduplicate: while a workflow with this key in this queue has not ended, that one is returned instead.
        partition: of a queue that has partitions.
        deadline: seconds until it is cancelled, with what it called, unless it has ended.

    Returns:
        A handle; its `result()` waits durably.

    Raises:
        UnknownQueue: there is no such queue.
        WorkflowConflict: the id is another workflow's.
        ValueError: a partition is missing or one too many, or a number is out of range.
    """
    from holdfast.engine.placement import Wanted

    return drive(
        starting(function, args, kwargs, id, Wanted(queue, priority, delay, partition, deduplicate, deadline), 2)
    )


def gather(*branches: Callable[[], Any] | Handle[Any], return_exceptions: bool = False) -> list[Any]:
    """Run several lines of workflow code concurrently and return their results in the order given.

    Args:
        branches: callables without arguments (`functools.partial(charge, order)`), each run in a thread of its own, or
            handles of started workflows.
        return_exceptions: give an exception in the place of its result, instead of raising the first.
    """
    from holdfast.execution.concurrent import gather_threads

    return gather_threads(branch_for("gather()"), branches, return_exceptions, source_of(sys._getframe(1)))


def as_completed(*branches: Callable[[], Any] | Handle[Any]) -> Iterator[tuple[int, Any]]:
    """Run several lines of workflow code concurrently; yield (position, result) as they complete.

    The order is recorded, so that a replay sees the same.

    Args:
        branches: as for `gather`.
    """
    from holdfast.execution.concurrent import completed_threads

    return completed_threads(branch_for("as_completed()"), branches, source_of(sys._getframe(1)))
