"""A workflow as it stood at some moment, from the times that are recorded with its operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from holdfast import values
from holdfast.engine.finding import row_of
from holdfast.engine.handle import moment
from holdfast.errors import UnknownWorkflow
from holdfast.execution.naming import run_of
from holdfast.journal import order_of
from holdfast.states import FINISHED, State
from holdfast.store.records import Checkpoint, Row, Selection

if TYPE_CHECKING:
    from holdfast.engine.core import Core

_CHILDREN: Final = 100
"""Most children that are told."""

Standing = Literal["done", "failed", "cut short", "under way", "sleeping"]


@dataclass(frozen=True)
class PastOperation:
    """A durable operation as it stood.

    Attributes:
        key: its branch path and counter.
        kind: `step`, `transaction`, `sleep`, `workflow`, …
        name: what was called.
        standing: `done`, `failed`, `cut short` by the workflow's own code, `under way` or `sleeping`.
        result: what it had returned by then, decoded as JSON.
        error: what it had raised by then.
        source: `file:line` of the call.
        started_at: when it began.
        finished_at: when it had ended; None while under way.
        wakes_at: when a sleep is over.
    """

    key: str
    kind: str
    name: str
    standing: Standing
    result: Any
    error: BaseException | None
    source: str
    started_at: datetime
    finished_at: datetime | None
    wakes_at: datetime | None


@dataclass(frozen=True)
class Past:
    """A workflow as it stood at a moment.

    Attributes:
        id: the workflow.
        name: of its function.
        at: the moment.
        state: a word of `State`, or `not started`.
        note: what the record cannot tell about that moment, or about how it came to it; None when there is nothing to add.
        created_at: when it was started.
        finished_at: when it had ended; None before.
        result: what it had returned.
        error: what it had raised.
        operations: what it had begun, in the order of its code.
        patches: names of the patches that it had taken.
        children: ids of the workflows that it had started and that had not ended.
        fork_at: the key from which a fork would go on as the workflow did after that moment; None when there is none.
    """

    id: str
    name: str
    at: datetime
    state: str
    note: str | None
    created_at: datetime
    finished_at: datetime | None
    result: Any
    error: BaseException | None
    operations: list[PastOperation]
    patches: list[str]
    children: list[str]
    fork_at: str | None


def as_of(core: Core, id: str, at: float | str | None) -> Past:
    """Return the workflow `id` as it stood; see `Client.as_of`.

    Args:
        core: whose database is asked.
        id: the workflow.
        at: Unix seconds; or the key of an operation, for the moment at which that was recorded; None for now.
    """
    row = row_of(core, id)
    checkpoints = core.store.load([id])[id]
    now = core.store.now()
    checkpoints.sort(key=lambda each: (order_of(each.key), each.key))
    when = now if at is None else _when(at, id, checkpoints)
    begun = [each for each in checkpoints if each.started <= when]
    operations = [_operation(core, each, begun, when, now) for each in begun if not each.key.startswith("!")]
    ended = row.finished is not None and row.finished <= when
    children = core.store.select(Selection(parent=id, limit=_CHILDREN, newest_first=False, created_before=when))
    return Past(
        id=id,
        name=row.name,
        at=datetime.fromtimestamp(when, UTC),
        state=str(row.state) if at is None else _state(row, operations, when),
        note=_note(row, checkpoints, when, at is None),
        created_at=datetime.fromtimestamp(row.created, UTC),
        finished_at=moment(row.finished) if ended else None,
        result=_json(core, row.output, f"the result of workflow {id!r}") if ended else None,
        error=values.decode_error(core.unseal(row.error)) if ended and row.error is not None else None,
        operations=operations,
        patches=[each.name for each in begun if each.kind == "patched"],
        children=[each.id for each in children if each.finished is None or each.finished > when],
        fork_at=_fork_at(checkpoints, operations),
    )


def _when(at: float | str, id: str, checkpoints: Sequence[Checkpoint]) -> float:
    if not isinstance(at, str):
        return at
    for checkpoint in checkpoints:
        if checkpoint.key == at:
            return checkpoint.finished
    last = next((f"; the last is {each.key}" for each in reversed(checkpoints)), "; none is yet")
    raise UnknownWorkflow(f"no operation {at} of workflow {id!r} is recorded{last}")


def _json(core: Core, data: bytes | None, where: str) -> Any:
    return None if data is None else values.decode(core.unseal(data), Any, where=where)


def _operation(
    core: Core, checkpoint: Checkpoint, begun: Sequence[Checkpoint], when: float, now: float
) -> PastOperation:
    due = None if checkpoint.due is None else now + checkpoint.due
    ended = checkpoint.finished <= when
    standing: Standing = "done"
    if not ended:
        standing = "under way"
    elif checkpoint.error is not None:
        standing = "failed"
    elif checkpoint.is_cut:
        standing = "cut short"
    elif due is not None and when < due and not any(_follows(each, checkpoint) for each in begun):
        standing = "sleeping"
    error = checkpoint.error if ended else None
    return PastOperation(
        key=checkpoint.key,
        kind=checkpoint.kind,
        name=checkpoint.name,
        standing=standing,
        result=_json(core, checkpoint.result, f"checkpoint {checkpoint.key}") if ended else None,
        error=None if error is None else values.decode_error(core.unseal(error)),
        source=checkpoint.source,
        started_at=datetime.fromtimestamp(checkpoint.started, UTC),
        finished_at=moment(checkpoint.finished) if ended and standing != "sleeping" else None,
        wakes_at=moment(due),
    )


def _follows(other: Checkpoint, sleep: Checkpoint) -> bool:
    """Whether `other` comes after `sleep` in the same line of code, so that the sleep is over, whatever its length."""
    if other.key.startswith("!"):
        return False
    path, place = order_of(sleep.key)[:-1], order_of(other.key)
    return place[:-1] == path and place > order_of(sleep.key)


def _state(row: Row, operations: Sequence[PastOperation], when: float) -> str:
    if when < row.created:
        return "not started"
    if row.finished is not None and row.finished <= when:
        return str(row.state)
    if not operations and (row.started is None or when < row.started):
        return str(State.QUEUED)
    standing = {each.standing for each in operations}
    busy = any(each.standing == "under way" and each.kind not in ("workflow", "result") for each in operations)
    waits = not busy and ("sleeping" in standing or "under way" in standing)
    return str(State.WAITING if waits else State.RUNNING)


def _note(row: Row, checkpoints: Sequence[Checkpoint], when: float, is_now: bool) -> str | None:
    said: list[str] = []
    run = run_of(row.id, row.seed)
    if when < row.created:
        said.append("it was started only later")
    elif run and not any(each.started <= when for each in checkpoints) and row.state in FINISHED:
        said.append(f"it had continued as new {run} time(s) by its end, and the records of the runs before are dropped")
    elif run:
        said.append(f"it has continued as new {run} time(s); the records of the runs before are dropped")
    if row.seed != row.id and not run:
        said.append(
            f"it is a fork of {row.seed.partition('#')[0]!r}: what was recorded before the fork happened there, at the times told"
        )
    last = max((each.finished for each in checkpoints), default=row.created)
    if row.state is State.STUCK and (is_now or when >= last):
        said.append(f"stuck{'' if is_now else ', since when is not recorded'}: {row.reason}")
    elif row.state not in FINISHED and not is_now and when >= last:
        said.append(f"nothing has been recorded since; now it is {row.state}")
    return "; ".join(said) or None


def _fork_at(checkpoints: Sequence[Checkpoint], operations: Sequence[PastOperation]) -> str | None:
    """Return the first key that was not complete, if all that were complete stand before it."""
    complete = {each.key for each in operations if each.finished_at is not None or each.standing == "sleeping"}
    later = [each.key for each in checkpoints if not each.key.startswith("!") and each.key not in complete]
    if not later:
        return None
    first = min(later, key=order_of)
    return first if all(order_of(each) < order_of(first) for each in complete) else None
