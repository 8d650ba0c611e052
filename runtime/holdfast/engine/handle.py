"""What a caller holds of a started workflow, and what it reads of any."""

from __future__ import annotations

import sys
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from holdfast import values
from holdfast.engine.cancelling import cancel
from holdfast.engine.finding import row_of
from holdfast.errors import WorkflowCancelled, WorkflowFailed, WorkflowStuck
from holdfast.execution.effects import Operation, drive
from holdfast.execution.scope import Branch, scope
from holdfast.execution.source import source_of
from holdfast.states import State
from holdfast.store.records import Checkpoint, Row

if TYPE_CHECKING:
    from holdfast.engine.completion import Completion
    from holdfast.engine.core import Core

T = TypeVar("T")


@dataclass(frozen=True)
class WorkflowRecord:
    """A workflow as it stands in the database.

    Attributes:
        id: chosen at its start.
        name: of its function.
        state: one of `State`.
        version: the fingerprint of its code; None when any will do.
        queue: that it was enqueued on.
        priority: lower runs first.
        attempts: how often an executor began it, not counting wake-ups.
        executor: that runs it now.
        parent: the workflow that called it.
        args: its arguments as stored, decoded as JSON.
        result: what it returned; as JSON where its code is not at hand.
        error: what it raised.
        reason: why it is stuck or was cancelled.
        created_at: when it was started.
        started_at: when an executor first ran it.
        finished_at: when it ended.
        wakes_at: when a delayed or waiting one is due.
        partition: of its queue, "" for none.
        deadline_at: when it is cancelled unless it has ended.
    """

    id: str
    name: str
    state: State
    version: str | None
    queue: str
    priority: int
    attempts: int
    executor: str | None
    parent: str | None
    args: Any
    result: Any
    error: BaseException | None
    reason: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    wakes_at: datetime | None
    partition: str = ""
    deadline_at: datetime | None = None


@dataclass(frozen=True)
class CheckpointRecord:
    """One durable operation of a workflow, as it is recorded.

    Attributes:
        key: its branch path and counter.
        kind: `step`, `transaction`, `sleep`, `workflow`, …
        name: what was called.
        digest: of the arguments, in hexadecimal.
        result: its result, decoded as JSON.
        error: what it raised.
        attempts: how often it was tried.
        source: `file:line` of the call.
        started_at: when it began.
        finished_at: when it ended.
    """

    key: str
    kind: str
    name: str
    digest: str
    result: Any
    error: BaseException | None
    attempts: int
    source: str
    started_at: datetime
    finished_at: datetime
    raw: bytes | None = field(default=None, repr=False)


def moment(seconds: float | None) -> datetime | None:
    """Return Unix `seconds` as a UTC datetime."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


class Handle(Generic[T]):
    """A started workflow.

    Attributes:
        id: its id.
        annotation: the declared type of its result, where that is known.
    """

    __slots__ = ("_completion", "_engine", "annotation", "id")

    def __init__(self, engine: Core, id: str, completion: Completion, annotation: Any = None) -> None:
        self._engine = engine
        self.annotation = annotation
        self.id = id
        self._completion = completion

    def result(self, timeout: float | None = None) -> T:
        """Wait for the workflow and return its result.

        Args:
            timeout: seconds to wait at most; None for ever.

        Raises:
            TimeoutError: it has not settled in time; it goes on.
            WorkflowCancelled: it was cancelled.
            WorkflowStuck: it is parked; the error says why.
            Exception: the error that the workflow raised.
        """
        inside = self._inside(sys._getframe(1))
        if inside is not None:
            return drive(inside)  # type: ignore[no-any-return]
        settled = self._engine.waits.wait(self._completion, timeout)
        if settled is None:
            raise TimeoutError(f"workflow {self.id!r} has not settled within {timeout:g} s; it goes on")
        return outcome(self.id, *settled)  # type: ignore[no-any-return]

    def __await__(self) -> Generator[Any, None, T]:
        inside = self._inside(sys._getframe(1))
        if inside is None:
            return self._wait().__await__()
        from holdfast.execution.calling import adrive_in

        branch = scope.get()
        assert type(branch) is Branch
        return adrive_in(branch, inside).__await__()

    def _inside(self, caller: FrameType) -> Operation[Any] | None:
        from holdfast.execution.children import child_result

        return child_result(self._engine, self, source_of(caller))

    async def _wait(self) -> T:
        return outcome(self.id, *await self._engine.waits.wait_async(self._completion))  # type: ignore[no-any-return]

    @property
    def state(self) -> State:
        """Where the workflow stands now, asked from the database."""
        return row_of(self._engine, self.id).state

    def cancel(self) -> bool:
        """Cancel the workflow and its children; return False when it had settled before."""
        return cancel(self._engine, self.id)

    def __repr__(self) -> str:
        return f"<Handle {self.id!r}>"


def outcome(id: str, state: State | None, result: Any, error: BaseException | None, reason: str | None) -> Any:
    """Return the result of a settled workflow, or raise what its state means."""
    if state is State.SUCCEEDED:
        return result
    if state is State.FAILED:
        raise error if error is not None else WorkflowFailed(f"workflow {id!r} failed, and its error is not recorded")
    if state is State.CANCELLED:
        raise WorkflowCancelled(f"workflow {id!r} was cancelled" + (f": {reason}" if reason else ""))
    raise WorkflowStuck(
        f"workflow {id!r} is stuck: {reason}; mend the code and `resume` it, or `fork` it from before the difference",
        reason or "",
    )


def checkpoint_record(checkpoint: Checkpoint, unseal: Any) -> CheckpointRecord:
    """Return `checkpoint` for a person or a program to read."""
    result = None if checkpoint.result is None else unseal(checkpoint.result)
    return CheckpointRecord(
        key=checkpoint.key,
        kind=checkpoint.kind,
        name=checkpoint.name,
        digest=checkpoint.digest.hex(),
        result=None if result is None else values.decode(result, Any, where=f"checkpoint {checkpoint.key}"),
        error=None if checkpoint.error is None else values.decode_error(unseal(checkpoint.error)),
        attempts=checkpoint.attempts,
        source=checkpoint.source,
        started_at=datetime.fromtimestamp(checkpoint.started, UTC),
        finished_at=datetime.fromtimestamp(checkpoint.finished, UTC),
        raw=result,
    )


def workflow_record(row: Row, unseal: Any, annotation: Any) -> WorkflowRecord:
    """Return `row` for a person or a program to read; `annotation` is the declared type of the result."""
    return WorkflowRecord(
        id=row.id,
        name=row.name,
        state=row.state,
        version=row.version,
        queue=row.queue,
        priority=row.priority,
        attempts=row.attempts,
        executor=row.executor,
        parent=row.parent,
        args=values.decode(unseal(row.input), Any, where=f"the arguments of workflow {row.id!r}"),
        result=None if row.output is None else _result(unseal(row.output), annotation, row.id),
        error=None if row.error is None else values.decode_error(unseal(row.error)),
        reason=row.reason,
        created_at=datetime.fromtimestamp(row.created, UTC),
        started_at=moment(row.started),
        finished_at=moment(row.finished),
        wakes_at=moment(row.ready) if row.state in (State.DELAYED, State.WAITING) else None,
        partition=row.partition,
        deadline_at=moment(row.deadline),
    )


def _result(data: bytes, annotation: Any, id: str) -> Any:
    where = f"the result of workflow {id!r}"
    try:
        return values.decode(data, annotation, where=where)
    except values.UndecodableValue:
        # The annotation has changed since: a listing must show what is there, `Handle.result()` says what is wrong.
        return values.decode(data, Any, where=where)
