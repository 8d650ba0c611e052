"""A database in memory whose clock a test controls, and that can be copied as it stands: what a crash would leave behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from holdfast.errors import Fenced
from holdfast.states import OPEN, listed
from holdfast.store.records import Checkpoint, Entry, Outcome
from holdfast.store.sqlite import statements
from holdfast.store.sqlite.file import SqliteFile
from holdfast.store.sqlite.store import SqliteStore
from holdfast.store.sqlite.transactions import SqliteTransaction
from holdfast.testing.clock import Clock
from holdfast.testing.crashing import crash_points

_NOW: Final = "holdfast_now()"
_END_LEASES: Final = "UPDATE {p}_executor SET lease_until = 0"
_TAKE_AWAY: Final = f"""
UPDATE {{p}}_workflow
SET state = 'queued', executor = NULL, epoch = epoch + 1, attempts = attempts + 1, ready_at = {statements.NOW}
WHERE id = :workflow AND state = 'running'
"""
_NEXT_TIMER: Final = f"""
SELECT min(at) - {statements.NOW} FROM (
    SELECT min(ready_at) AS at FROM {{p}}_workflow WHERE state IN ('delayed', 'waiting')
    UNION ALL
    SELECT min(deadline_at) FROM {{p}}_workflow WHERE state IN {listed(OPEN)})
"""


class Snapshot:
    """Everything that was durable at one moment.

    Attributes:
        operations: how many checkpoints that were.
    """

    def __init__(self, connection: sqlite3.Connection, prefix: str) -> None:
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.backup(self._copy)
        self.operations: int = self._copy.execute(f"SELECT count(*) FROM {prefix}_checkpoint").fetchone()[0]

    def restore(self, connection: sqlite3.Connection) -> None:
        """Fill an empty database."""
        self._copy.backup(connection)

    def close(self) -> None:
        """Free the memory."""
        self._copy.close()


class _MemoryFile(SqliteFile):
    """The one connection of a database in memory."""

    def __init__(self, label: str, clock: Clock, snapshot: Snapshot | None) -> None:
        super().__init__(":memory:", label)
        self._clock = clock
        self._snapshot = snapshot

    def connect(self) -> sqlite3.Connection:
        """Return the connection, its clock and contents set."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        if self._snapshot is not None:
            self._snapshot.restore(connection)
        connection.create_function("holdfast_now", 0, self._clock.time)
        return connection


class MemoryStore(SqliteStore):
    """The SQLite store in memory. It writes one entry after the other, so that a crash can come between any two.

    Args:
        clock: its time.
        snapshot: what it holds at first; whoever ran workflows there counts as dead.
        written: called after each entry or transaction that became durable.
    """

    poll = 0.2

    def __init__(
        self, clock: Clock, snapshot: Snapshot | None = None, written: Callable[[MemoryStore], None] | None = None
    ) -> None:
        super().__init__(":memory:", "holdfast")
        self.label = "the database in memory"
        self.clock = clock
        self._database = _MemoryFile(self.label, clock, snapshot)
        self._serve()
        for name, text in (("TAKE_AWAY", _TAKE_AWAY), ("NEXT_TIMER", _NEXT_TIMER)):
            self._sql[name] = text.replace("{p}", self._prefix)
        self._sql = {name: text.replace(statements.NOW, _NOW) for name, text in self._sql.items()}
        self._restored = snapshot is not None
        self._written = written
        self._dead = False

    def open(self) -> None:
        """Make the database."""
        super().open()
        if self._restored:
            with self._database.use() as connection:
                connection.execute(_END_LEASES.replace("{p}", self._prefix))

    def next_timer(self) -> float | None:
        """Return the seconds until a workflow is due or must have ended, None when none waits for a time."""
        seconds: float | None = self._read("NEXT_TIMER", {})[0][0]
        return seconds

    def snapshot(self) -> Snapshot:
        """Return a copy of everything that is durable now."""
        with self._database.use() as connection:
            return Snapshot(connection, self._prefix)

    def refuse(self) -> None:
        """Make nothing durable any more, as if the process were dead."""
        self._dead = True

    def commit(self, entries: Sequence[Entry], again: bool) -> list[Outcome]:
        """Make `entries` durable, one after the other, as far as no crash point is reached."""
        return [self._commit(entry, again) for entry in entries]

    def _commit(self, entry: Entry, again: bool) -> Outcome:
        if self._dead or self._crashes("before", entry.workflow, entry.checkpoint):
            return Outcome.LOST
        outcome = super().commit([entry], again)[0]
        if outcome is Outcome.DONE:
            if self._written is not None:
                self._written(self)
            if self._crashes("after", entry.workflow, entry.checkpoint):
                return Outcome.LOST
        return outcome

    def _crashes(self, side: str, workflow: str, checkpoint: Checkpoint | None) -> bool:
        """Whether the workflow's process dies now; then another one may take it over."""
        if checkpoint is None or not any(point.reached(side, workflow, checkpoint) for point in crash_points()):
            return False
        with self._database.use() as connection:
            connection.execute(self._sql["TAKE_AWAY"], {"workflow": workflow})
        self.queued("queued")
        return True

    @contextmanager
    def transaction(self) -> Iterator[SqliteTransaction]:
        """Open a transaction; it can crash before and after the moment when it is durable."""
        try:
            with super().transaction() as opened:
                watched = _WatchedTransaction(opened.connection, self._sql["CHECKPOINT"])
                yield watched
                if self._dead or watched.reaches("before"):
                    raise _Dies
        except _Dies:
            self._crash_in(watched, "before")
        if watched.checkpoint is not None:
            if self._written is not None:
                self._written(self)
            if watched.reaches("after"):
                self._crash_in(watched, "after")

    def _crash_in(self, transaction: _WatchedTransaction, side: str) -> None:
        with self._database.use() as connection:
            connection.execute(self._sql["TAKE_AWAY"], {"workflow": transaction.workflow})
        self.queued("queued")
        raise Fenced(f"workflow {transaction.workflow!r} crashed {side} its transaction was durable")


class _Dies(Exception):
    """The process dies in the midst of a transaction."""


class _WatchedTransaction(SqliteTransaction):
    """A transaction that knows which checkpoint it writes."""

    workflow = ""
    checkpoint: Checkpoint | None = None

    def record(self, workflow: str, epoch: int, checkpoint: Checkpoint) -> bool:
        """Write `checkpoint` in the same transaction; return False when the epoch is no longer the workflow's."""
        self.workflow, self.checkpoint = workflow, checkpoint
        return super().record(workflow, epoch, checkpoint)

    def reaches(self, side: str) -> bool:
        """Whether the process shall die on this side of the commit."""
        checkpoint = self.checkpoint
        return checkpoint is not None and any(
            point.reached(side, self.workflow, checkpoint) for point in crash_points()
        )
