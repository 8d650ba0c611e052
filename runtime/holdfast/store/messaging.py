"""Messages, values and streams on any store: the order of the statements, which each store spells in its own SQL.

Whoever delivers or publishes holds the lock of the workflow's row. So a workflow's messages have the order in which they
were committed, and who registers for a value either sees it or is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from holdfast.states import FINISHED, TRANSITIONS, State
from holdfast.store.attachments import Delivery, Emission, Message, Publication, Receipt
from holdfast.store.records import Entry, Row, Start

_OWNED: Final = TRANSITIONS["finish"][0]


class Statements(Protocol):
    """The named statements of a store, inside one transaction."""

    def rows(self, name: str, /, **parameters: Any) -> list[Any]:
        """Run one statement; return its rows. A list is passed as the store has lists."""

    def many(self, name: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement for each of `parameters`, in order."""

    def signal(self, workflows: Sequence[str]) -> None:
        """Count a signal for each of `workflows`, and queue those that wait."""

    def notify(self, what: str) -> None:
        """Tell every executor and client `what`, once the transaction is committed."""


class Borrowed(Protocol):
    """A caller's own open transaction, which the store writes in; it commits or rolls back with everything else there."""

    def insert(self, start: Start) -> bool:
        """Create a workflow; return False when its id (or deduplication key) is in use."""

    def rows(self, workflows: Sequence[str]) -> list[Row]:
        """Return the workflows of these ids that exist, as this transaction sees them."""

    def deliver(self, messages: Sequence[Message]) -> list[Delivery]:
        """Send messages; each recipient's row stays locked until the end of the transaction."""


class Database(Protocol):
    """A store, as far as named statements can use it."""

    def reading(self, name: str, /, **parameters: Any) -> list[Any]:
        """Run one query in a transaction of its own."""

    def writing(self) -> AbstractContextManager[Statements]:
        """Open a transaction; commits at a clean exit, rolls back at an exception."""


def attach(run: Statements, entries: Sequence[Entry]) -> set[int]:
    """Write what is attached to `entries`, in the transaction that will write their checkpoints.

    Args:
        run: the open transaction. From here on it holds the locks of every workflow of `entries`, and of recipients.
        entries: with or without attachments; those that have lost their workflow write nothing.

    Returns:
        The `id(…)` of each entry whose message was refused: its checkpoint must not be written.
    """
    attached = [entry for entry in entries if entry.attachment is not None]
    touched = {entry.workflow for entry in entries}
    touched.update(entry.attachment.recipient for entry in attached if isinstance(entry.attachment, Message))
    found = _lock(run, touched)
    owned = [entry for entry in attached if _owns(entry, found.get(entry.workflow))]
    written = _written(run, owned)
    fresh = [entry for entry in owned if entry.checkpoint and (entry.workflow, entry.checkpoint.key) not in written]
    refused = set()
    messages = []
    for entry in fresh:
        if isinstance(entry.attachment, Message):
            if _receives(found.get(entry.attachment.recipient)):
                messages.append(entry.attachment)
            else:
                refused.add(id(entry))
    _send(run, messages, found)
    _write_own(run, fresh)
    return refused


def _lock(run: Statements, workflows: Iterable[str]) -> dict[str, tuple[int, State]]:
    return {id: (epoch, State(state)) for id, epoch, state in run.rows("LOCK", workflows=sorted(workflows))}


def _owns(entry: Entry, found: tuple[int, State] | None) -> bool:
    return found is not None and found[0] == entry.epoch and found[1] in _OWNED


def _receives(found: tuple[int, State] | None) -> bool:
    return found is not None and found[1] not in FINISHED


def _written(run: Statements, entries: Sequence[Entry]) -> set[tuple[str, str]]:
    """Return the (workflow, key) of checkpoints that an earlier attempt has written, with what was attached."""
    pairs = {(entry.workflow, entry.checkpoint.key) for entry in entries if entry.checkpoint is not None}
    if not pairs:
        return set()
    workflows, keys = zip(*sorted(pairs), strict=True)
    return {(row[0], row[1]) for row in run.rows("WRITTEN", workflows=list(workflows), keys=list(keys))}


def _send(run: Statements, messages: Sequence[Message], found: Mapping[str, tuple[int, State]]) -> None:
    if not messages:
        return
    run.many(
        "SEND",
        [
            {
                "workflow": each.recipient,
                "id": each.id,
                "topic": each.topic,
                "body": each.body,
                "digest": each.digest,
                "sender": each.sender,
            }
            for each in messages
        ],
    )
    recipients = sorted({each.recipient for each in messages})
    run.signal(recipients)
    # A claim skips rows that are locked, so one that was queued already has to be looked at again, too.
    if any(found[each][1] in (State.WAITING, State.QUEUED) for each in recipients):
        run.notify("queued")
    for each in recipients:
        if found[each][1] in _OWNED:
            run.notify(f"stirred {each}")


def _write_own(run: Statements, entries: Sequence[Entry]) -> None:
    """Write receipts, values and stream items."""
    own: dict[type, list[dict[str, Any]]] = {Receipt: [], Publication: [], Emission: []}
    for entry in entries:
        what = entry.attachment
        assert entry.checkpoint is not None
        if isinstance(what, Receipt):
            own[Receipt].append({"workflow": entry.workflow, "number": what.number, "key": entry.checkpoint.key})
        elif isinstance(what, Publication):
            own[Publication].append({"workflow": entry.workflow, "name": what.name, "body": what.body})
        elif isinstance(what, Emission):
            own[Emission].append({"workflow": entry.workflow, "stream": what.stream, "body": what.body})
    run.many("TAKE", own[Receipt])
    run.many("PUBLISH", own[Publication])
    run.many("EMIT", own[Emission])
    if own[Publication]:
        workflows = sorted({each["workflow"] for each in own[Publication]})
        names = sorted({each["name"] for each in own[Publication]})
        waiters = sorted({row[0] for row in run.rows("SERVE", workflows=workflows, names=names)})
        if waiters:
            run.signal(waiters)
            run.notify("queued")
    for workflow in sorted({each["workflow"] for each in own[Publication] + own[Emission]}):
        run.notify(f"stirred {workflow}")


class Messaging:
    """What is asked of messages, values and streams outside a committer's batch.

    Args:
        database: the store's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def deliver(self, messages: Sequence[Message]) -> list[Delivery]:
        """Send `messages` in one transaction; what is repeated (the same id and digest) is delivered once."""
        with self._database.writing() as run:
            return deliver(run, messages)

    def inbox(self, workflow: str, topic: str, after: int, most: int) -> list[tuple[int, bytes]]:
        """Return (number, body) of the oldest messages of a topic that are not received yet.

        Args:
            workflow: the recipient.
            topic: which messages.
            after: only those with a higher number.
            most: how many.
        """
        rows = self._database.reading("INBOX", workflow=workflow, topic=topic, after=after, most=most)
        return [(row[0], bytes(row[1])) for row in rows]

    def value(self, workflow: str, name: str) -> tuple[State | None, bytes | None]:
        """Return the state of a workflow, None when there is none, and its value called `name`, None when there is none."""
        for state, body in self._database.reading("VALUE", workflow=workflow, name=name):
            return State(state), None if body is None else bytes(body)
        return None, None

    def values(self, workflow: str) -> list[tuple[str, bytes]]:
        """Return (name, body) of every value of a workflow."""
        return [(row[0], bytes(row[1])) for row in self._database.reading("VALUES_OF", workflow=workflow)]

    def watch(self, workflow: str, name: str, waiter: str) -> None:
        """Signal the workflow `waiter` when `workflow` publishes the value called `name`; look again after the call."""
        with self._database.writing() as run:
            run.rows("LOCK", workflows=[workflow])
            run.rows("WATCH", workflow=workflow, name=name, waiter=waiter)

    def items(self, workflow: str, stream: str, offset: int, most: int) -> tuple[State | None, list[tuple[int, bytes]]]:
        """Return the state of a workflow, and (offset, body) of items of its stream called `stream` from `offset` on.

        The state is the older one: when it is a final one, no item is missing.
        """
        states = self._database.reading("STATE", workflow=workflow)
        rows = self._database.reading("ITEMS", workflow=workflow, stream=stream, start=offset, most=most)
        return State(states[0][0]) if states else None, [(row[0], bytes(row[1])) for row in rows]


def deliver(run: Statements, messages: Sequence[Message]) -> list[Delivery]:
    """Like `Messaging.deliver`, in an open transaction."""
    found = _lock(run, {each.recipient for each in messages})
    recipients = sorted(found)
    known = {
        (row[0], row[1]): bytes(row[2]) for row in run.rows("SENT", workflows=recipients, ids=[m.id for m in messages])
    }
    fresh = []
    outcomes = []
    for each in messages:
        former = known.get((each.recipient, each.id))
        if former is not None:
            outcomes.append(Delivery.DONE if former == each.digest else Delivery.CONFLICT)
        elif _receives(found.get(each.recipient)):
            known[each.recipient, each.id] = each.digest
            fresh.append(each)
            outcomes.append(Delivery.DONE)
        else:
            outcomes.append(Delivery.REFUSED)
    _send(run, fresh, found)
    return outcomes
