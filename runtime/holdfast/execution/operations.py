"""The durable operations of workflow code, each written once as a generator of effects."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Struct

from holdfast import values
from holdfast.declare.retry import Retry
from holdfast.errors import Diverged, StoreUnavailable, _ControlSignal
from holdfast.execution.effects import Blocking, Durable, Heard, Invoke, Operation, Pause
from holdfast.execution.scope import Branch, StepScope
from holdfast.execution.timers import code_has_timer
from holdfast.store.records import NO_RESULT, Checkpoint, Entry, Outcome

if TYPE_CHECKING:
    from holdfast.declare import Definition, Step
    from holdfast.declare.signature import Signature
    from holdfast.engine.bells import Bell
    from holdfast.execution.execution import Execution

LOOK_AGAIN: Final = 60.0
"""Seconds after which who waits for another workflow looks whether that has ended meanwhile: only its parent is signalled."""
NO_ARGUMENTS = values.digest(b"[]")


class Filed(Protocol):
    """What a record is filed under: a definition of the user, or an operation of Holdfast's own."""

    @property
    def kind(self) -> str:
        """Such as `step`."""

    @property
    def name(self) -> str:
        """What is called."""


class Told(Struct, frozen=True):
    """What a record of an operation of Holdfast's own is filed under."""

    kind: str
    name: str


def settle(execution: Execution) -> Operation[None]:
    """Wait for what earlier operations submitted: nothing with an effect may begin before it is durable."""
    ticket = execution.pending
    if ticket is not None and ticket.outcome is not Outcome.DONE:
        execution.confirm(ticket.verdict() if ticket.settled() else (yield Durable(execution.committer, ticket)))
    if execution.closing is not None:
        raise execution.closing


def recorded(execution: Execution, checkpoint: Checkpoint, annotation: Any, label: str) -> Any:
    """Return the recorded result, or raise the recorded error.

    Raises:
        Diverged: what is recorded does not decode any more. No error of the workflow's own: its code must not handle it
            as a failure of the step, and once the code is mended (or the codec's key is back) it goes on.
    """
    try:
        if checkpoint.error is None:
            assert checkpoint.result is not None
            data = execution.engine.unseal(checkpoint.result)
            return values.decode(data, annotation, where=f"the result of {label}")
        error = values.decode_error(execution.engine.unseal(checkpoint.error))
    except values.UndecodableValue as undecodable:
        raise execution.close(Diverged(f"{undecodable} (checkpoint {checkpoint.key})")) from undecodable
    raise error


def replayed(execution: Execution, checkpoint: Checkpoint, annotation: Any, label: str) -> Operation[Any]:
    """Like `recorded`; an operation that the code cut short waits until it is cut short again."""
    while checkpoint.is_cut:
        execution.step_begins()  # no suspension: who will cancel it is not known to the database
        try:
            yield Pause(execution, _LONG)
        finally:
            execution.step_ends()
        if execution.closing is not None:
            raise execution.closing
    return recorded(execution, checkpoint, annotation, label)


_LONG = 1e6
"""Seconds of one wait for something that has no time of its own."""


def call(
    branch: Branch, step: Step[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any], source: str
) -> Operation[Any]:
    """Call a step: give back what is recorded, or run it and record what came of it."""
    execution = branch.execution
    signature = step.signature
    given = args if step.owner is None else args[step.implicit :]
    digest = values.digest(signature.encode(given, kwargs))
    key, found = execution.recall(branch, step.kind, step.name, digest, source)
    if found is not None:
        return (yield from replayed(execution, found, signature.result, step.label))
    if execution.pending is not None or execution.closing is not None:
        yield from settle(execution)
    started = execution.engine.time()
    attempt = 0
    while True:
        attempt += 1
        try:
            execution.step_begins()
            invoke = Invoke(execution.body(branch, step), args, kwargs, StepScope(branch, attempt), step.timeout)
            guard = execution.engine.guard
            try:
                result = yield (invoke if guard is None else guard.outside(branch, invoke))
            finally:
                execution.step_ends()
            break
        except Exception as error:
            if step.retries.again(attempt, error):
                yield from back_off(execution, step.retries, attempt)
                continue
            raised = error
        # Outside `except`, so that the error raised below does not name itself as its own context.
        raise keep_error(branch, key, step, digest, raised, started, attempt, source)
    keep_result(branch, key, step, signature, digest, result, started, attempt, source)
    return result


def back_off(execution: Execution, retries: Retry, attempt: int) -> Operation[None]:
    """Wait before the next attempt; a closing execution ends the wait."""
    if (yield Pause(execution, retries.delay(attempt))) and execution.closing is not None:
        raise execution.closing


_AWAY = Retry(attempts=2, first=0.05, factor=2.0, most=2.0)
"""How long an operation waits before it asks a database again that is away; it asks for as long as it takes."""
_LONGEST_WAIT_AFTER = 8
"""The attempt from which on the waits grow no more."""


def ask(execution: Execution, question: Any, *args: Any) -> Operation[Any]:
    """Ask the store something, waiting with back-off while the database is away: its absence is no error of the workflow."""
    attempt = 0
    while True:
        attempt += 1
        try:
            return (yield Blocking(question, *args))
        except StoreUnavailable:
            yield from back_off(execution, _AWAY, min(attempt, _LONGEST_WAIT_AFTER))


def keep_result(
    branch: Branch,
    key: str,
    definition: Definition[Any, Any],
    signature: Signature,
    digest: bytes,
    result: Any,
    started: float,
    attempts: int,
    source: str,
) -> None:
    """Record a result; one that cannot be stored is recorded as the error that says so, and raised."""
    execution = branch.execution
    try:
        data = values.encode(result, signature.result, where=signature.of_result, limit=signature.limit)
    except (values.UnstorableValue, values.ValueTooLarge) as error:
        unstorable: Exception = error
    else:
        finished = execution.engine.time()
        sealed = execution.engine.seal(data)
        execution.record(
            branch,
            Checkpoint(
                key, definition.kind, definition.name, digest, sealed, None, started, finished, attempts, source
            ),
        )
        return
    raise keep_error(branch, key, definition, digest, unstorable, started, attempts, source)


def keep_error(
    branch: Branch,
    key: str,
    definition: Filed,
    digest: bytes,
    error: Exception,
    started: float,
    attempts: int,
    source: str,
) -> BaseException:
    """Record an error; return what to raise: the same that a replay will raise, type for type."""
    execution = branch.execution
    data = values.encode_error(error)
    execution.record(
        branch,
        Checkpoint(
            key,
            definition.kind,
            definition.name,
            digest,
            None,
            execution.engine.seal(data),
            started,
            execution.engine.time(),
            attempts,
            source,
        ),
    )
    again = values.decode_error(data)
    if type(again) is type(error):
        return error
    again.__cause__ = error
    return again


def sleep(branch: Branch, seconds: float, source: str) -> Operation[None]:
    """Sleep by the database's clock."""
    execution = branch.execution
    digest = values.digest(repr(float(seconds)).encode())
    key, found = execution.recall(branch, "sleep", "sleep", digest, source)
    if found is not None:
        branch.clock = max(branch.clock, found.finished + seconds)
        due = execution.loaded + (found.due or 0.0)
        yield from wait_until(branch, due)
        return
    now = execution.engine.time()
    checkpoint = Checkpoint(key, "sleep", "sleep", digest, NO_RESULT, None, now, now, 1, source, delay=seconds)
    due = time.monotonic() + seconds
    long = seconds >= execution.engine.suspend_after and not code_has_timer(execution)
    if long and execution.park(branch, due):
        turn = execution.suspension(time.monotonic())
        ticket = execution.committer.submit(Entry(execution.id, execution.epoch, None, checkpoint, turn))
        outcome = yield Durable(execution.committer, ticket)
        if outcome is Outcome.SIGNALLED:
            execution.record(branch, checkpoint)
        else:
            execution.confirm(outcome)
            raise execution.suspend()
    else:
        execution.record(branch, checkpoint)
    execution.unpark(branch)
    yield from settle(execution)
    branch.clock = max(branch.clock, now + seconds)
    yield from wait_until(branch, due)


def wait_until(branch: Branch, due: float) -> Operation[None]:
    """Wait until the monotonic time `due`, or suspend the execution when every branch waits that long."""
    execution = branch.execution
    engine = execution.engine
    while (left := due - time.monotonic()) > 0:
        if left < engine.suspend_after:
            yield Pause(execution, left)
        else:
            yield from rest(branch, due)
        if execution.closing is not None:
            raise execution.closing


def rest(branch: Branch, due: float | None, bell: Bell | None = None, seen: int = 0) -> Operation[None]:
    """Wait for long: until `due`, a signal, the closing or `bell`; suspends when nothing else is going on.

    Returns when it is worth to look again.
    """
    execution = branch.execution
    everyone = execution.park(branch, due)
    try:
        while True:
            if (everyone or execution.quiet()) and not code_has_timer(execution):
                yield from settle(execution)
                ticket = execution.committer.submit(
                    Entry(execution.id, execution.epoch, turn=execution.suspension(time.monotonic()))
                )
                outcome = yield Durable(execution.committer, ticket)
                if outcome is Outcome.SIGNALLED:
                    yield from _see_signals(execution)
                    return
                execution.confirm(outcome)
                raise execution.suspend()
            left = execution.engine.suspend_after
            if due is not None:
                left = min(left, due - time.monotonic())
            if left <= 0:
                return
            if (yield Pause(execution, left) if bell is None else Heard(execution, bell, seen, left)):
                return
    finally:
        execution.unpark(branch)


def _see_signals(execution: Execution) -> Operation[None]:
    """Learn how many signals have come for `execution`."""
    row = yield Blocking(execution.engine.row, execution.id)
    if row is not None and row.epoch == execution.epoch:
        execution.signals = row.signals


def is_control(error: BaseException) -> bool:
    """Whether `error` unwinds workflow code on the engine's behalf."""
    return isinstance(error, _ControlSignal)
