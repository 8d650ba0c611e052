"""Runs a workflow's code alone: every operation is answered from a record, nothing is executed and nothing is written.

So it can be repeated in any world, and shows which operations the code asks for there, with which arguments.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from typing import Any

from holdfast import values
from holdfast.declare import Workflow, workflow_named
from holdfast.engine.core import Core
from holdfast.errors import ContinuedAsNew, Suspended, UnknownWorkflow
from holdfast.execution.effects import Invoke
from holdfast.execution.execution import Execution
from holdfast.execution.scope import Branch
from holdfast.journal import Journal
from holdfast.replay.loop import NothingLeft, ReplayLoop, run_to_end
from holdfast.states import State
from holdfast.store.records import Checkpoint
from holdfast.testing.clock import Clock
from holdfast.testing.memory_engine import MemoryEngine
from holdfast.testing.trace import Arguments, Asked, Run, arguments_seen, error_text, in_order

_IN_ORDER = 0


class _Probe(Execution):
    """A run that is answered from `known`, and ends where that has no answer."""

    def __init__(self, core: Core, workflow: Workflow[Any, Any], run: Run, seen: Arguments) -> None:
        markers = [Checkpoint(key, "patched", key, b"", b"true", None, 0.0, 0.0) for key in run.markers]
        journal = Journal([*markers, *map(_checkpoint, run.operations)])
        super().__init__(core, run.id, workflow, 1, run.created, run.seed, journal=journal)
        self.asked: list[Asked] = []
        self._known = {each.key: each for each in run.operations}
        self._seen = seen

    def recall(self, branch: Branch, kind: str, name: str, digest: bytes, source: str) -> tuple[str, Checkpoint | None]:
        """Note the operation, and answer it."""
        if self.closing is not None:
            raise self.closing
        key = f"{branch.path}{branch.counter}"
        branch.counter += 1
        known = self._known.get(key)
        answered = known is not None and (known.kind, known.name) == (kind, name)
        self.asked.append(
            Asked(
                key=key,
                kind=kind,
                name=name,
                digest=digest,
                source=source,
                arguments=self._seen.find(digest),
                result=known.result if known is not None and answered else None,
                error=known.error if known is not None and answered else None,
            )
        )
        if known is None or not answered:
            raise self.close(Suspended(f"nothing is recorded for {kind} `{name}` at {key}"))
        branch.clock = max(branch.clock, known.finished)
        return key, _checkpoint(known)

    def record(self, branch: Branch, checkpoint: Checkpoint, attachment: Any = None) -> Any:
        """Nothing is written."""


def _checkpoint(asked: Asked) -> Checkpoint:
    return Checkpoint(
        asked.key,
        asked.kind,
        asked.name,
        asked.digest,
        asked.result,
        asked.error,
        asked.started,
        asked.finished,
        source=asked.source,
        due=-1.0,  # nothing is waited for
    )


def probe(run: Run, order: int = _IN_ORDER) -> Run:
    """Run the code of a recorded workflow against its record.

    Args:
        run: what was recorded; its answers are given.
        order: 0 lets ready tasks of an async workflow go on in the loop's own order, -1 in the reverse, any other
            number in an order drawn from that seed.

    Raises:
        UnknownWorkflow: the code is not at hand.
    """
    workflow = workflow_named(run.name)
    if workflow is None:
        raise UnknownWorkflow(f"the code of `{run.name}` is not at hand; import the module that declares it")
    core = MemoryEngine(clock=Clock(skips=False))._core
    core.open = True  # it only looks so: nothing is ever asked of its database
    args, kwargs = workflow.signature.decode(run.input)
    with arguments_seen() as seen:
        execution = _Probe(core, workflow, run, seen)
        state, output, error = _end(execution, Invoke(workflow.function, args, kwargs, execution.main), order)
    core.threads.close()
    return Run(
        id=run.id,
        name=run.name,
        input=run.input,
        seed=run.seed,
        created=run.created,
        operations=in_order(execution.asked),
        state=state,
        output=output,
        error=error,
        markers=run.markers,
    )


def _end(execution: _Probe, invoke: Invoke, order: int) -> tuple[str, bytes | None, str | None]:
    """Run the code; return state, encoded result and error, all empty where it was cut short."""
    workflow = execution.workflow
    result: Any = None
    error: BaseException | None = None
    try:
        result = _run_async(execution, invoke, order) if workflow.is_async else invoke.run()
    except KeyboardInterrupt:
        raise
    except BaseException as raised:
        error = raised
    if execution.closing is not None or isinstance(error, ContinuedAsNew):
        return "", None, None
    if error is None:
        try:
            output = values.encode(result, workflow.signature.result, where=f"the result of {workflow.label}")
            return str(State.SUCCEEDED), output, None
        except (values.UnstorableValue, values.ValueTooLarge) as unstorable:
            error = unstorable
    recorded = values.decode_error(values.encode_error(error))
    return str(State.FAILED), None, error_text(recorded)


def _run_async(execution: _Probe, invoke: Invoke, order: int) -> Any:
    def idle() -> None:
        """End the probe: the code waits for what no recorded answer brings."""
        execution.close(Suspended("nothing is left to do"))

    try:
        return run_to_end(invoke.arun, idle, lambda idle: ReorderingLoop(idle, order))
    except NothingLeft:
        raise execution.close(Suspended("nothing is left to do")) from None


class ReorderingLoop(ReplayLoop):
    """An event loop that runs ready tasks in another order.

    Only the steps of tasks change places. Other callbacks stay where they are: transports and futures rely on that.

    Args:
        idle: as for `ReplayLoop`.
        order: as for `probe`.
    """

    def __init__(self, idle: Callable[[], None], order: int) -> None:
        super().__init__(idle)
        self._order = order
        self._random = random.Random(order)

    def _run_once(self) -> None:
        ready: deque[Any] = self._ready  # type: ignore[attr-defined]
        if self._order and len(ready) > 1:
            places = [index for index, handle in enumerate(ready) if _is_task_step(handle)]
            moved = [ready[index] for index in places]
            if self._order < 0:
                moved.reverse()
            else:
                self._random.shuffle(moved)
            for index, handle in zip(places, moved, strict=True):
                ready[index] = handle
        super()._run_once()  # type: ignore[misc]


def _is_task_step(handle: Any) -> bool:
    return isinstance(getattr(handle._callback, "__self__", None), asyncio.Task)
