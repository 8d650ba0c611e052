"""Messages, values and streams as durable operations of workflow code."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from holdfast import values
from holdfast.engine.ids import check_id
from holdfast.engine.outside import check_name, undeliverable, unpublished
from holdfast.execution.effects import Durable, Heard, Operation
from holdfast.execution.naming import child_id
from holdfast.execution.operations import LOOK_AGAIN, Told, ask, keep_error, replayed, rest, settle
from holdfast.execution.scope import Branch
from holdfast.states import FINISHED
from holdfast.store.attachments import Attachment, Emission, Message, Publication, Receipt
from holdfast.store.records import NO_RESULT, Checkpoint, Entry, Outcome

if TYPE_CHECKING:
    from holdfast.engine.bells import Bell
    from holdfast.execution.execution import Execution

_FETCHED: Final = 100
"""Messages that are read at once."""


class Inbox:
    """The messages of one run of a workflow that were read and are not received yet, by topic.

    Only the run that owns a workflow receives its messages, so nobody else takes one of these meanwhile.
    """

    def __init__(self) -> None:
        self._read: dict[str, list[tuple[int, bytes]]] = {}
        self._last: dict[str, int] = {}

    def next(self, topic: str) -> tuple[int, bytes] | None:
        """Take the oldest message out; None when none is there."""
        read = self._read.get(topic)
        return read.pop(0) if read else None

    def add(self, topic: str, after: int, messages: list[tuple[int, bytes]]) -> None:
        """Add what was read of the messages `after` a number, unless another branch has done so meanwhile."""
        if messages and self.last(topic) == after:
            self._read.setdefault(topic, []).extend(messages)
            self._last[topic] = messages[-1][0]

    def last(self, topic: str) -> int:
        """Return the number of the last message that was read."""
        return self._last.get(topic, 0)


def send(branch: Branch, recipient: str, value: Any, topic: str, source: str) -> Operation[None]:
    """Send a message: its insertion and this operation's checkpoint are one transaction."""
    execution = branch.execution
    core = execution.engine
    check_id(recipient)
    check_name("topic", topic)
    body = values.encode(value, type(value), where=f"the message to workflow {recipient!r}")
    digest = values.digest(values.encode([recipient, topic], list[str], where="a message") + body)
    told = Told("send", topic or "message")
    key, found = execution.recall(branch, told.kind, told.name, digest, source)
    if found is not None:
        yield from replayed(execution, found, None, f"a message to workflow {recipient!r}")
        return
    yield from _be_born(execution)
    began = core.time()
    name = f"from {child_id(execution.id, execution.seed, key)}"
    message = Message(recipient, name, topic, core.seal(body), digest, execution.id)
    checkpoint = Checkpoint(key, told.kind, told.name, digest, NO_RESULT, None, began, began, 1, source)
    ticket = execution.committer.submit(Entry(execution.id, execution.epoch, checkpoint=checkpoint, attachment=message))
    outcome = yield Durable(execution.committer, ticket)
    if outcome is Outcome.REFUSED:
        row = yield from ask(execution, core.row, recipient)
        refusal = undeliverable(recipient, None if row is None else row.state, core.store.label)
        raise keep_error(branch, key, told, digest, refusal, began, 1, source)
    execution.confirm(outcome)
    branch.clock = max(branch.clock, began)
    branch.open = None


def set_value(branch: Branch, name: str, value: Any, source: str) -> Operation[None]:
    """Publish a value of this workflow."""
    check_name("value name", name)
    body = values.encode(value, type(value), where=f"the value {name!r}")
    attachment = Publication(name, branch.execution.engine.seal(body))
    yield from _tell(branch, Told("set_value", name), body, attachment, source)


def emit(branch: Branch, stream: str, value: Any, source: str) -> Operation[None]:
    """Append to a stream of this workflow."""
    check_name("stream", stream)
    body = values.encode(value, type(value), where=f"the item of stream {stream!r}")
    attachment = Emission(stream, branch.execution.engine.seal(body))
    yield from _tell(branch, Told("emit", stream), body, attachment, source)


def _tell(branch: Branch, told: Told, body: bytes, attachment: Attachment, source: str) -> Operation[None]:
    execution = branch.execution
    digest = values.digest(body)
    key, found = execution.recall(branch, told.kind, told.name, digest, source)
    if found is not None:
        yield from replayed(execution, found, None, f"{told.kind} {told.name!r}")
        return
    yield from _be_born(execution)
    now = execution.engine.time()
    checkpoint = Checkpoint(key, told.kind, told.name, digest, NO_RESULT, None, now, now, 1, source)
    execution.record(branch, checkpoint, attachment)


def _be_born(execution: Execution) -> Operation[None]:
    """Wait until the workflow's own row is durable: what is attached to a checkpoint is fenced by it."""
    if execution.born is not None:
        execution.confirm((yield Durable(execution.committer, execution.born)))
        execution.born = None


def receive(branch: Branch, topic: str, timeout: float | None, annotation: Any, source: str) -> Operation[Any]:
    """Receive the oldest message of a topic: its removal and this operation's checkpoint are one transaction."""
    check_name("topic", topic)
    execution = branch.execution
    core = execution.engine
    told = Told("receive", topic or "message")
    digest = values.digest(topic.encode())
    due = yield from _timer(branch, told, digest, timeout, source)
    key, found = execution.recall(branch, told.kind, told.name, digest, source)
    what = f"a message of topic {topic!r}"
    if found is not None:
        return (yield from replayed(execution, found, annotation, what))
    yield from _be_born(execution)
    began = core.time()
    inbox = execution.inbox = execution.inbox or Inbox()
    bell = core.bells.of(execution.id)
    while True:
        seen = bell.count
        message = inbox.next(topic)
        if message is None:
            after = inbox.last(topic)
            inbox.add(
                topic,
                after,
                (yield from ask(execution, core.store.messaging.inbox, execution.id, topic, after, _FETCHED)),
            )
            message = inbox.next(topic)
        if execution.closing is not None:
            raise execution.closing
        if message is not None:
            number, sealed = message
            checkpoint = Checkpoint(key, told.kind, told.name, digest, sealed, None, began, core.time(), 1, source)
            execution.record(branch, checkpoint, Receipt(number))
            return (yield from replayed(execution, checkpoint, annotation, what))
        if due is not None and due <= time.monotonic():
            late = TimeoutError(f"no message of topic {topic!r} came to workflow {execution.id!r} within {timeout:g} s")
            raise keep_error(branch, key, told, digest, late, began, 1, source)
        yield from _hear(branch, bell, seen, due, None)


def get_value(
    branch: Branch, id: str, name: str, timeout: float | None, annotation: Any, source: str
) -> Operation[Any]:
    """Wait for a value of another workflow, as an operation of its own."""
    check_id(id)
    check_name("value name", name)
    execution = branch.execution
    core = execution.engine
    told = Told("get_value", name)
    digest = values.digest(values.encode([id, name], list[str], where="a value"))
    due = yield from _timer(branch, told, digest, timeout, source)
    key, found = execution.recall(branch, told.kind, told.name, digest, source)
    what = f"the value {name!r} of workflow {id!r}"
    if found is not None:
        return (yield from replayed(execution, found, annotation, what))
    yield from settle(execution)  # its own values, too
    began = core.time()
    bell = core.bells.of(id)
    watched = False
    while True:
        seen = bell.count
        state, body = yield from ask(execution, core.store.messaging.value, id, name)
        if execution.closing is not None:
            raise execution.closing
        error: Exception | None = None
        if body is not None:
            checkpoint = Checkpoint(key, told.kind, told.name, digest, body, None, began, core.time(), 1, source)
            execution.record(branch, checkpoint)
            return (yield from replayed(execution, checkpoint, annotation, what))
        if state is None or state in FINISHED:
            error = unpublished(id, name, state, core.store.label)
        elif due is not None and due <= time.monotonic():
            error = TimeoutError(f"workflow {id!r} did not publish the value {name!r} within {timeout:g} s")
        if error is not None:
            raise keep_error(branch, key, told, digest, error, began, 1, source)
        if watched:
            yield from _hear(branch, bell, seen, due, time.monotonic() + LOOK_AGAIN)
        else:
            yield from _be_born(execution)
            yield from ask(execution, core.store.messaging.watch, id, name, execution.id)
            watched = True


def _timer(branch: Branch, told: Told, digest: bytes, timeout: float | None, source: str) -> Operation[float | None]:
    """Record when a wait is over, by the database's clock, so that a crash does not lengthen it; give its monotonic time."""
    if timeout is None:
        return None
    if not 0 <= timeout < 1e10:
        raise ValueError(
            f"`timeout={timeout!r}`: give 0 or more seconds, and less than three centuries; or None for ever"
        )
    execution = branch.execution
    own = values.digest(digest + repr(float(timeout)).encode())
    key, found = execution.recall(branch, "timer", told.name, own, source)
    if found is not None:
        yield from replayed(execution, found, None, "a timeout")
        return execution.loaded + (found.due or 0.0)
    now = execution.engine.time()
    checkpoint = Checkpoint(key, "timer", told.name, own, NO_RESULT, None, now, now, 1, source, delay=float(timeout))
    execution.record(branch, checkpoint)
    return time.monotonic() + timeout


def _hear(branch: Branch, bell: Bell, seen: int, due: float | None, look: float | None) -> Operation[None]:
    """Wait for the bell, until `due` (which is worth a suspension's wake-up) or `look`; suspends when it takes long."""
    execution = branch.execution
    moment = min((each for each in (due, look) if each is not None), default=None)
    linger = execution.engine.suspend_after
    left = linger if moment is None else min(linger, max(0.0, moment - time.monotonic()))
    if (yield Heard(execution, bell, seen, left)):
        if execution.closing is not None:
            raise execution.closing
        return
    if moment is None or moment - time.monotonic() >= linger:
        yield from rest(branch, moment, bell, seen)
