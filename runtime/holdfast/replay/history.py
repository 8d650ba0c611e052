"""Replays the history of one workflow and judges what came of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from holdfast import values
from holdfast.declare import Workflow, workflow_named
from holdfast.errors import ContinuedAsNew, Diverged, GuardedHazard, _ControlSignal
from holdfast.execution.effects import Effect, Invoke
from holdfast.execution.life import left_out
from holdfast.journal import Difference
from holdfast.replay.execution import Observer, OutOfTime, ReplayExecution
from holdfast.replay.loop import NothingLeft, run_to_end
from holdfast.states import FINISHED, State
from holdfast.store.records import Checkpoint

if TYPE_CHECKING:
    from holdfast.engine.core import Core
    from holdfast.guard import Guard
    from holdfast.store.records import Row

_SHOWN: Final = 100
"""Bytes of a result that a message shows."""

TOO_LONG: Final = (
    "the code did not come to the end of its history in the time that it was given; does it loop for ever?"
)


class Outcome(StrEnum):
    """What came of replaying one history."""

    OK = "ok"
    STUCK = "stuck"
    """The code does something else than what is recorded, or its arguments or a recorded result do not decode."""
    OTHER_END = "other end"
    """The code ends otherwise than the workflow ended: another result, another error."""
    CODE_GONE = "code gone"
    """No workflow of that name is declared."""
    HAZARD = "hazard"
    """The guard saw the code do what only a step may do, and stopped it."""
    UNENDING = "unending"
    """The code did not come to the end of its history in time, or waits for what nothing recorded brings."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the replay of one workflow went.

    Attributes:
        id: the workflow.
        name: of its function.
        state: where it stands in the database.
        version: of the code that began it.
        outcome: what came of it.
        text: why it is not `ok`, in the words of `WorkflowStuck`; None when it is.
        difference: the operations that differ, when that is the reason.
        operations: how many recorded operations it had.
    """

    id: str
    name: str
    state: State
    version: str | None
    outcome: Outcome
    text: str | None = None
    difference: Difference | None = None
    operations: int = 0

    @property
    def fails(self) -> bool:
        """Whether a deployment of the code at hand would leave this workflow behind, or another that is like it.

        The code of a workflow that has ended may be gone.
        """
        if self.outcome is Outcome.CODE_GONE:
            return self.state not in FINISHED
        return self.outcome is not Outcome.OK


def replay_row(
    core: Core,
    row: Row,
    *,
    observer: Observer | None = None,
    begins: Callable[[ReplayExecution], None] | None = None,
    deadline: float | None = None,
    guard: Guard | None = None,
    call: Callable[[Callable[[], Any]], Any] | None = None,
) -> Verdict:
    """Replay the history of one workflow against the code at hand, running no step and writing nothing.

    Args:
        core: whose database and codec are used.
        row: the workflow.
        observer: is told of each operation.
        begins: is given the execution before the code runs; closing it ends that at its next operation.
        deadline: the monotonic time after which the next operation ends the replay; None for never.
        guard: watches the code, and was installed.
        call: calls the workflow's code, which it is given as a callable; None just calls it.
    """

    def verdict(outcome: Outcome, text: str | None = None, difference: Difference | None = None) -> Verdict:
        return Verdict(row.id, row.name, row.state, row.version, outcome, text, difference, count)

    count = 0
    workflow = workflow_named(row.name)
    if workflow is None:
        return verdict(
            Outcome.CODE_GONE, f"the code of `{row.name}` is not at hand; import the module that declares it"
        )
    checkpoints = core.store.load([row.id])[row.id]
    count = len(checkpoints)
    execution = ReplayExecution(core, workflow, row, checkpoints, observer, deadline, guard)
    try:
        args, kwargs = workflow.signature.decode(core.unseal(row.input))
    except values.UndecodableValue as undecodable:
        return verdict(Outcome.STUCK, str(undecodable))
    if begins is not None:
        begins(execution)
    code = _code(execution, args, kwargs)
    result: Any = None
    error: BaseException | None = None
    unending = False
    try:
        result = _run(execution, code, call or (lambda code: code()))
    except NothingLeft:
        unending = True
    except (_ControlSignal, Exception, asyncio.CancelledError, SystemExit) as raised:
        error = raised
    finally:
        execution.over()
    closing = execution.end
    if isinstance(closing, GuardedHazard):
        return verdict(Outcome.HAZARD, str(closing))
    if isinstance(closing, OutOfTime) or isinstance(error, OutOfTime):
        return verdict(Outcome.UNENDING, TOO_LONG)
    difference = execution.first_difference()
    if difference is None and closing is None and not unending:
        difference = left_out(execution)
    if difference is not None:
        return verdict(Outcome.STUCK, str(difference), difference)
    if isinstance(closing, Diverged):
        return verdict(Outcome.STUCK, str(closing))
    if unending or (closing is not None and not execution.halted):
        return verdict(Outcome.UNENDING, _waits_in_vain(checkpoints))
    if closing is not None:
        return verdict(Outcome.OK)
    text = _other_end(core, workflow, row, result, error)
    return verdict(Outcome.OK if text is None else Outcome.OTHER_END, text)


def _code(execution: ReplayExecution, args: list[Any], kwargs: dict[str, Any]) -> Effect:
    """Return what runs the workflow's code, under the guard if there is one."""
    invoke = Invoke(execution.workflow.function, args, kwargs, execution.main)
    guard = execution.engine.guard
    return invoke if guard is None else guard.inside(execution.main, invoke, (*args, *kwargs.values()))


def _run(execution: ReplayExecution, invoke: Effect, call: Callable[[Callable[[], Any]], Any]) -> Any:
    if not execution.workflow.is_async:
        return call(invoke.run)

    async def main() -> Any:
        try:
            return await invoke.arun()
        finally:
            execution.over()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call(lambda: run_to_end(main, execution.conclude))
    # A thread has one running loop, and the caller's is running here.
    ends: list[tuple[Any, BaseException | None]] = []

    def run() -> None:
        try:
            ends.append((call(lambda: run_to_end(main, execution.conclude)), None))
        except BaseException as error:
            ends.append((None, error))

    thread = threading.Thread(target=run, name="holdfast-replay")
    thread.start()
    thread.join()
    result, error = ends[0]
    if error is not None:
        raise error
    return result


def _waits_in_vain(checkpoints: Sequence[Checkpoint]) -> str:
    cut = [f"{each.kind} `{each.name}` (operation {each.key})" for each in checkpoints if each.is_cut]
    if cut:
        return (
            f"the code waits for ever: when it was recorded it cut {', '.join(cut)} short, by a timeout or a cancellation"
            " that it does not have now"
        )
    return "the code waits for something that is no durable operation, and that nothing recorded brings"


def _other_end(
    core: Core, workflow: Workflow[Any, Any], row: Row, result: Any, error: BaseException | None
) -> str | None:
    """Return how the code ends otherwise than the workflow of `row` did, None when it does not or has not ended."""
    if row.state is State.SUCCEEDED and row.output is not None:
        before = f"the workflow returned {_start(core.unseal(row.output))}"
    elif row.state is State.FAILED and row.error is not None:
        former = values.decode_error(core.unseal(row.error))
        before = f"the workflow raised {_named(former)}"
    else:
        return None
    if isinstance(error, ContinuedAsNew):
        now = "the code continues as new"
    elif error is not None:
        now = f"the code raises {_named(values.decode_error(values.encode_error(error)))}"
    else:
        try:
            encoded = values.encode(
                result,
                workflow.signature.result,
                where=f"the result of {workflow.label}",
                limit=workflow.signature.limit,
            )
        except (values.UnstorableValue, values.ValueTooLarge) as unstorable:
            now = f"the code raises {_named(unstorable)}"
        else:
            if row.output is not None and core.unseal(row.output) == encoded:
                return None
            now = f"the code returns {_start(encoded)}"
    if before.removeprefix("the workflow raised ") == now.removeprefix("the code raises "):
        return None
    return f"replay differs at the end: {before}, {now}"


def _named(error: BaseException) -> str:
    return str(error) if isinstance(error, values.StepFailed) else f"{type(error).__name__}: {error}"


def _start(data: bytes) -> str:
    text = data[:_SHOWN].decode(errors="replace")
    return text if len(data) <= _SHOWN else f"{text}…"
