"""Letting a workflow go on that had stopped, together with the children that it stopped over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from holdfast import values
from holdfast.declare import workflow_named
from holdfast.engine.core import Core
from holdfast.engine.finding import row_of
from holdfast.engine.handle import Handle
from holdfast.engine.ids import check_id, draw_id
from holdfast.errors import IllegalTransition
from holdfast.execution.naming import child_id
from holdfast.journal import last_errors, order_of
from holdfast.states import State
from holdfast.store.records import Checkpoint, Row, Selection

_CHILDREN_AT_ONCE: Final = 1000
_STOPPED: Final = (State.FAILED, State.CANCELLED)


def resume(core: Core, id: str) -> None:
    """Queue the workflow `id` again; see `Client.resume`."""
    row = row_of(core, id)
    dropped: list[Checkpoint] = []
    if row.state in _STOPPED:
        checkpoints = core.store.load([id])[id]
        if row.state is State.FAILED:
            dropped = last_errors(checkpoints)
            wanted = _children(core, row, dropped, True)
        else:
            wanted = _children(core, row, checkpoints, False)
        # Children first: a crash in between leaves a workflow that can be resumed again.
        for child in list(wanted):
            resume(core, child.id)
    workflow = workflow_named(row.name)
    version = None if workflow is None else workflow.version
    fence = row.epoch if dropped else None
    if not core.store.resume(id, version, [each.key for each in dropped], fence):
        raise IllegalTransition(f"workflow {id!r} is {row.state} and cannot be resumed")
    core.resumed(id)


def fork(core: Core, id: str, at: str | int | None, new_id: str | None) -> Handle[Any]:
    """Start a new workflow with the first checkpoints of another; see `Client.fork`."""
    row = row_of(core, id)
    keys = [each.key for each in core.store.load([id])[id]]
    if at is not None:
        bound = order_of(str(at))
        keys = [key for key in keys if order_of(key) < bound]
    new = check_id(new_id) if new_id is not None else draw_id()
    workflow = workflow_named(row.name)
    if not core.store.fork(id, new, keys, None if workflow is None else workflow.version):
        raise IllegalTransition(f"workflow {id!r} cannot be forked as {new!r}: that id is in use; choose another")
    core.pulse.wake()
    return Handle(core, new, core.waits.completion(new))


def _children(core: Core, row: Row, checkpoints: Sequence[Checkpoint], recorded: bool) -> Iterator[Row]:
    """Yield the children that stopped and whose end is recorded in `checkpoints`, or is not."""
    states = _STOPPED if recorded else (State.CANCELLED,)
    called = {child_id(row.id, row.seed, each.key) for each in checkpoints if each.kind == "workflow"}
    awaited = {each.digest for each in checkpoints if each.kind == "result"}
    if recorded and not called and not awaited:
        return
    offset = 0
    while True:
        found = core.store.select(Selection(states=states, parent=row.id, limit=_CHILDREN_AT_ONCE, offset=offset))
        for child in found:
            if (child.id in called or values.digest(child.id.encode()) in awaited) is recorded:
                yield child
        if len(found) < _CHILDREN_AT_ONCE:
            return
        offset += len(found)
