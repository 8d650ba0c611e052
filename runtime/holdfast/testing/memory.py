"""A database in memory whose clock a test controls, and that can be copied as it stands: what a crash would leave behind."""

from __future__ import annotations

import sqlite3
from holdfast.store.sqlite import statements
from holdfast.store.sqlite.file import SqliteFile
from holdfast.store.sqlite.store import SqliteStore
from holdfast.testing.clock import Clock

_NOW = "holdfast_now()"
_END_LEASES = "UPDATE {p}_executor SET lease_until = 0"


class Snapshot:
    """Everything that was durable at one moment."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.backup(self._copy)

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
        # Not deterministic, but asked once a statement at most: SQLite must not fold or index it.
        connection.create_function("holdfast_now", 0, self._clock.time)
        return connection


class MemoryStore(SqliteStore):
    """The SQLite store in memory.

    Args:
        clock: its time.
        snapshot: what it holds at first; whoever ran workflows there counts as dead.
    """

    poll = 0.2

    def __init__(self, clock: Clock, snapshot: Snapshot | None = None) -> None:
        super().__init__(":memory:", "holdfast")
        self.label = "the database in memory"
        self.clock = clock
        self._database = _MemoryFile(self.label, clock, snapshot)
        self._sql = {name: text.replace(statements.NOW, _NOW) for name, text in self._sql.items()}
        self._restored = snapshot is not None

    def open(self) -> None:
        """Make the database."""
        super().open()
        if self._restored:
            with self._database.use() as connection:
                connection.execute(_END_LEASES.replace("{p}", self._prefix))

    def snapshot(self) -> Snapshot:
        """Return a copy of everything that is durable now."""
        with self._database.use() as connection:
            return Snapshot(connection)
