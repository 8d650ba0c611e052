"""Replays a recorded history against the code at hand, running no step and writing nothing."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from holdfast import values
from holdfast.declare import workflow_named
from holdfast.engine.core import Core
from holdfast.engine.loops import install_branches
from holdfast.errors import ContinuedAsNew, Diverged, Suspended, UnknownWorkflow, _ControlSignal
from holdfast.execution.effects import Invoke
from holdfast.execution.execution import Execution
from holdfast.execution.life import left_out
from holdfast.execution.scope import Branch
from holdfast.journal import Difference, Journal, Operation
from holdfast.states import FINISHED, State
from holdfast.store.records import Checkpoint, Row


class _Replay(Execution):
    """An execution that ends where its history does."""

    ended = False

    def pass_history(self, operation: Operation) -> None:
        if self.ended:
            raise self.diverge(Difference(operation.key, None, operation, "extra"))
        raise self.close(Suspended(f"the history of workflow {self.id!r} ends here"))

    def record(self, branch: Branch, checkpoint: Checkpoint) -> Any:
        """Nothing is written."""


def difference(core: Core, row: Row) -> str | None:
    """Return what differs between the history of `row` and the code at hand, None when nothing does.

    Raises:
        UnknownWorkflow: the code is not at hand.
        UndecodableValue: its arguments no longer decode.
    """
    workflow = workflow_named(row.name)
    if workflow is None:
        raise UnknownWorkflow(f"the code of `{row.name}` is not at hand; import the module that declares it")
    checkpoints = core.store.load([row.id])[row.id]
    for checkpoint in checkpoints:
        checkpoint.due = -1.0  # nothing is waited for
    execution = _Replay(
        core, row.id, workflow, row.epoch, row.created, row.seed, journal=Journal(checkpoints), loaded=time.monotonic()
    )
    execution.ended = row.state in FINISHED and row.state is not State.CANCELLED
    execution.journal.fresh = False
    args, kwargs = workflow.signature.decode(core.unseal(row.input))
    invoke = Invoke(workflow.function, args, kwargs, execution.main)
    result: Any = None
    error: BaseException | None = None
    try:
        result = _run_async(invoke) if workflow.is_async else invoke.run()
    except (_ControlSignal, Exception) as raised:
        error = raised
    if execution.closing is not None:
        return str(execution.closing) if isinstance(execution.closing, Diverged) else None
    missing = left_out(execution)
    if missing is not None:
        return str(missing)
    return None if isinstance(error, ContinuedAsNew) else _end_difference(core, execution, row, result, error)


def _run_async(invoke: Invoke) -> Any:
    with asyncio.Runner() as runner:
        install_branches(runner.get_loop())
        return runner.run(invoke.arun())


def _end_difference(core: Core, execution: Execution, row: Row, result: Any, error: BaseException | None) -> str | None:
    workflow = execution.workflow
    if row.state is State.SUCCEEDED and row.output is not None:
        if error is not None:
            return f"replay differs at the end: the workflow returned, the code raises {type(error).__name__}: {error}"
        recorded = core.unseal(row.output)
        now = values.encode(result, workflow.signature.result, where=f"the result of {workflow.label}")
        if recorded != now:
            return (
                f"replay differs at the end: the workflow returned {_start(recorded)}, the code returns {_start(now)}"
            )
    if row.state is State.FAILED and row.error is not None:
        former = values.decode_error(core.unseal(row.error))
        shown = f"{type(former).__name__}: {former}"
        if error is None:
            return f"replay differs at the end: the workflow raised {shown}, the code returns"
        if str(error) != str(former):
            return f"replay differs at the end: the workflow raised {shown}, the code raises {type(error).__name__}: {error}"
    return None


def _start(data: bytes) -> str:
    text = data[:100].decode(errors="replace")
    return text if len(data) <= 100 else f"{text}…"
