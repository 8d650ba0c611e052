"""From a workflow's first line to its recorded end: one generator for sync and async workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from holdfast import values
from holdfast.errors import ContinuedAsNew, Diverged, Fenced, Released, Suspended, _ControlSignal
from holdfast.execution.effects import Durable, Invoke, Operation
from holdfast.execution.naming import next_seed
from holdfast.journal import Difference
from holdfast.states import State
from holdfast.store.records import Entry, Outcome, Turn

if TYPE_CHECKING:
    from holdfast.execution.execution import Execution


class End(Struct):
    """How a run ended.

    Attributes:
        state: the workflow's state now; None when this run was fenced out and cannot know.
        result: what it returned.
        error: what it raised.
        reason: why it is stuck.
    """

    state: State | None
    result: Any = None
    error: BaseException | None = None
    reason: str | None = None


def live(execution: Execution, args: list[Any], kwargs: dict[str, Any]) -> Operation[End]:
    """Run the workflow's code and record how it ends.

    Raises:
        BaseException: what is neither an `Exception` nor ours (KeyboardInterrupt, a cancelled task): the workflow is
            handed back before.
    """
    result: Any = None
    error: BaseException | None = None
    invoke = Invoke(execution.workflow.function, args, kwargs, execution.main)
    guard = execution.engine.guard
    try:
        result = yield (invoke if guard is None else guard.inside(execution.main, invoke, (*args, *kwargs.values())))
    except _ControlSignal as signal:
        error = signal
    except Exception as raised:
        error = raised
    except BaseException as raised:
        if execution.closing is None:
            execution.close(Released(f"workflow {execution.id!r} was interrupted"))
            yield from hand_back(execution)
            raise
        error = raised
    execution.record_cut(execution.main)
    if guard is not None and error is not None and execution.closing is None:
        guard.fails(execution.main, error)
    if execution.closing is not None:
        error = execution.closing  # whatever user code made of it: the first signal counts
    else:
        missing = left_out(execution)
        if isinstance(error, ContinuedAsNew) and missing is None:
            return (yield from renew(execution, error))
        if missing is not None:
            error = execution.diverge(missing)
    if isinstance(error, _ControlSignal):
        return (yield from unwind(execution, error))
    return (yield from conclude(execution, result, error))


def left_out(execution: Execution) -> Difference | None:
    """Return a recorded operation that the code, which has ended, did not ask for; branches still under way may yet."""
    if execution.journal.fresh:
        return None
    return execution.journal.leftover(execution.given_up, main_only=not execution.alone)


def unwind(execution: Execution, signal: _ControlSignal) -> Operation[End]:
    """End a run whose code was unwound by the engine."""
    execution.close(signal)
    if isinstance(signal, Suspended):
        return End(State.WAITING)
    if isinstance(signal, Released):
        return (yield from hand_back(execution))
    if isinstance(signal, Diverged):
        return (yield from park(execution, str(signal)))
    if isinstance(signal, Fenced):
        return End(None)
    raise signal


def write(execution: Execution, turn: Turn) -> Operation[bool]:
    """Make `turn` durable, with every checkpoint before it; return whether this run still owned the workflow."""
    ticket = execution.committer.submit(Entry(execution.id, execution.epoch, turn=turn))
    outcome = ticket.verdict() if ticket.settled() else (yield Durable(execution.committer, ticket))
    return outcome is Outcome.DONE


def conclude(execution: Execution, result: Any, error: BaseException | None) -> Operation[End]:
    """Record the result or the error."""
    workflow = execution.workflow
    parent = None if execution.inline else execution.parent
    if error is None:
        try:
            where = f"the result of {workflow.label}"
            data = values.encode(result, workflow.signature.result, where=where, limit=workflow.signature.limit)
        except (values.UnstorableValue, values.ValueTooLarge) as unstorable:
            error = unstorable
        else:
            turn = Turn(State.SUCCEEDED, output=execution.engine.seal(data), parent=parent)
            owned = yield from write(execution, turn)
            return End(State.SUCCEEDED, result) if owned else End(None)
    turn = Turn(State.FAILED, error=execution.engine.seal(values.encode_error(error)), parent=parent)
    owned = yield from write(execution, turn)
    return End(State.FAILED, error=error) if owned else End(None)


def hand_back(execution: Execution) -> Operation[End]:
    """Queue the workflow again, for any executor."""
    owned = yield from write(execution, Turn(State.QUEUED))
    return End(State.QUEUED if owned else None)


def park(execution: Execution, reason: str) -> Operation[End]:
    """Park the workflow as stuck."""
    owned = yield from write(execution, Turn(State.STUCK, reason=reason, parent=None))
    return End(State.STUCK, reason=reason) if owned else End(None)


def renew(execution: Execution, again: ContinuedAsNew) -> Operation[End]:
    """Begin anew with new arguments and an empty journal."""
    args, kwargs = again.arguments
    data = execution.workflow.signature.encode(tuple(args), kwargs)
    seed = next_seed(execution.id, execution.seed)
    turn = Turn(State.QUEUED, input=execution.engine.seal(data), seed=seed)
    owned = yield from write(execution, turn)
    return End(State.QUEUED if owned else None)
