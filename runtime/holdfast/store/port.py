"""The port: every operation that the engine asks of a database, each one statement or one transaction.

Whatever is about leases and timers is decided by the database's clock, so that skew between executors does not matter.
An operation raises `StoreUnavailable` when the database cannot be reached or refuses for now; the caller may try again:
every operation is safe to repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, Protocol

from holdfast.store.administration import Administration
from holdfast.store.messaging import Borrowed, Messaging
from holdfast.store.queues import Limits, QueueClaim, QueueRow, QueueStatus
from holdfast.store.records import Beat, Checkpoint, Claimed, Due, Entry, Outcome, Row, Selection
from holdfast.store.schedules import ScheduleStore


class Listener(Protocol):
    """A running subscription to notifications of the database."""

    def close(self) -> None:
        """End the subscription and its thread."""


class Transaction(Protocol):
    """An open database transaction that a user's function takes part in."""

    connection: Any

    def record(self, workflow: str, epoch: int, checkpoint: Checkpoint) -> bool:
        """Write `checkpoint` in the same transaction; return False when the epoch is no longer the workflow's."""


class AsyncTransaction(Protocol):
    """Like `Transaction`, for a coroutine function of the user."""

    connection: Any

    async def record_async(self, workflow: str, epoch: int, checkpoint: Checkpoint) -> bool:
        """Write `checkpoint` in the same transaction; return False when the epoch is no longer the workflow's."""


class Flight(Protocol):
    """A batch of entries that was sent to the database, whose answer has not been read yet."""

    fileno: int
    """The socket that the answer comes from, to be watched by an event loop."""

    def ready(self) -> bool:
        """Whether something of the answer has come and nobody has read it."""

    def arrived(self) -> bool:
        """Read what has come, without waiting; return whether the answer is complete, or will never be."""

    def outcomes(self) -> list[Outcome] | None:
        """Return what became of the entries; None when `Store.commit` has to find out, with `again`."""


class SendingStore(Protocol):
    """What a store can do besides, if its database is reached through a socket."""

    def send(self, entries: Sequence[Entry]) -> Flight | None:
        """Like `Store.commit`, but only ask, without waiting for the answer.

        Returns:
            None when these entries need more than one statement, or there is no connection to send them through.
        """


class QueueStore(Protocol):
    """The queues with limits. Whatever is claimed there is claimed under a lock on the queue."""

    def declare(self, name: str, limits: Limits) -> bool:
        """Enter a queue, or give it the limits that its declaration has now; return whether anything changed.

        Limits that were changed by `change` stay until the declaration itself changes.
        """

    def known(self) -> list[QueueRow]:
        """Return every queue with its limits."""

    def status(self) -> list[QueueStatus]:
        """Return every queue with its limits and what is in it."""

    def change(self, name: str, limits: Limits) -> bool:
        """Set the limits of a queue; return False when there is none of that name."""

    def pause(self, name: str, paused: bool) -> bool:
        """Let nothing more of a queue begin, or go on; return False when there is none of that name."""

    def with_work(self) -> list[str]:
        """Return the queues that have something to be claimed."""

    def claim(
        self, executor: str, queue: str, names: Sequence[str], versions: Sequence[str], any_version: bool, most: int
    ) -> QueueClaim:
        """Like `Store.claim`, within the limits of `queue`; those that hold a slot of it already come first."""

    def holder(self, queue: str, deduplication: str) -> str | None:
        """Return the id of the workflow that has not ended and has this key, None when there is none."""


class Store(Protocol):
    """What a database must do for the engine."""

    label: str
    """The database's address with secrets masked."""
    poll: float
    """Seconds between looks for new work when no notification arrives."""

    @property
    def queues(self) -> QueueStore:
        """The queues with limits."""

    @property
    def schedules(self) -> ScheduleStore:
        """The schedules."""

    async_transactions: bool
    """Whether there can be a connection for a transaction that lets other tasks run meanwhile."""
    messaging: Messaging
    """Messages, values and streams."""
    administration: Administration
    """What operators ask for."""

    def open(self) -> None:
        """Connect; raises `StoreUnavailable`."""

    def close(self) -> None:
        """Close every connection."""

    def migrate(self) -> list[int]:
        """Bring the schema up to date under a lock; return the versions applied. Raises `SchemaTooNew`."""

    def check_schema(self) -> None:
        """Raise `SchemaMissing` or `SchemaTooNew` unless the schema is the one that this release writes."""

    def migrations(self) -> list[tuple[int, str]]:
        """Return every migration as (version, SQL)."""

    def commit(self, entries: Sequence[Entry], again: bool) -> list[Outcome]:
        """Make `entries` durable in one transaction.

        Args:
            entries: each fenced by its epoch; in the order they were asked for.
            again: an earlier attempt broke off, so part of `entries` may be durable already.

        Returns:
            An outcome for each entry.
        """

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction for a user's function; commits at a clean exit, rolls back at an exception."""

    def transaction_async(self) -> AbstractAsyncContextManager[AsyncTransaction]:
        """Like `transaction`, for a coroutine function of the user."""

    def borrow(self, connection: Any) -> Borrowed:
        """Return what writes in the transaction that is open on a caller's own connection to the same database.

        Raises:
            TypeError: it is no connection of this database's driver.
            ValueError: no transaction is open on it and none will be, or it is connected to something else.
        """

    def is_conflict(self, error: Exception) -> bool:
        """Whether `error` means that the transaction lost against another one and can simply be run again."""

    def heartbeat(self, executor: str, name: str, process: str, lease: float) -> Beat:
        """Enter the executor, or extend its lease, to `lease` seconds from now."""

    def retire(self, executor: str) -> None:
        """Remove an executor that owns nothing any more."""

    def processes(self) -> list[tuple[str, str]]:
        """Return (executor, process) of every executor whose lease runs."""

    def expire(self, executors: Sequence[str]) -> None:
        """End the leases of executors whose process is known to be dead."""

    def take_over(self, most_attempts: int) -> int:
        """Queue the running workflows of executors whose lease has run out; park those that were tried too often.

        Returns:
            How many were queued.
        """

    def promote(self, most: int) -> Due:
        """Queue at most `most` delayed and waiting workflows that are due, and find what else is due."""

    def claim(
        self, executor: str, queue: str, names: Sequence[str], versions: Sequence[str], any_version: bool, most: int
    ) -> list[Claimed]:
        """Make at most `most` queued workflows running, owned by `executor`, with a higher epoch each."""

    def queued(self, what: str) -> None:
        """Tell the other executors that there is something to claim."""

    def owned(self, executor: str) -> list[tuple[str, int]]:
        """Return (id, epoch) of every workflow that runs at `executor`, as far as the database knows."""

    def load(self, workflows: Sequence[str]) -> dict[str, list[Checkpoint]]:
        """Return the checkpoints of each workflow, with one query."""

    def rows(self, workflows: Sequence[str]) -> list[Row]:
        """Return the workflows of these ids that exist."""

    def now(self) -> float:
        """Return the database's time."""

    def select(self, selection: Selection) -> list[Row]:
        """Return the workflows that a listing asks for."""

    def cancel(self, workflows: Sequence[str], children: bool, reason: str | None = None) -> list[str]:
        """Cancel workflows (and their descendants), for a `reason` to be kept; return the ids that were changed."""

    def resume(self, workflow: str, version: str | None, dropped: Sequence[str] = (), epoch: int | None = None) -> bool:
        """Queue a workflow that is parked, cancelled or failed.

        Args:
            workflow: its id.
            version: of the code that may run it, None for any.
            dropped: keys of checkpoints to delete.
            epoch: refuse unless it is still this one.
        """

    def fork(self, workflow: str, new: str, keys: Sequence[str], version: str | None) -> bool:
        """Create `new`, queued, with the arguments and seed of `workflow` and copies of the checkpoints at `keys`."""

    def listen(self, wake: Callable[[str], None]) -> Listener | None:
        """Call `wake(what)` at each notification, from a thread of the store; None where the database has none."""
