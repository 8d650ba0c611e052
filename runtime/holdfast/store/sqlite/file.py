"""One SQLite file and the connection that all threads of a store use in turn."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import quote

from holdfast.errors import StoreUnavailable

_PASSING: Final = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
)
"""Primary result codes that are about the file's condition, not about the statement: trying again can help."""
BUSY: Final = 30.0  # seconds to wait for another process's write, unless the url names others
_SWITCHING: Final = 0.01  # seconds between two tries to switch a new file to WAL


class SqliteFile:
    """An SQLite database in WAL mode with `synchronous=FULL`.

    Args:
        path: the file, or `:memory:`.
        label: how messages name it.
        read_only: never write, and create no file.
        busy: seconds to wait for another connection's write.
    """

    def __init__(self, path: str, label: str, read_only: bool = False, busy: float = BUSY) -> None:
        self._path = path
        self._busy = busy
        self._label = label
        self._read_only = read_only
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to the caller alone; errors that can pass become `StoreUnavailable`."""
        with self._lock, self.translated():
            if self._connection is None:
                self._connection = self.connect()
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its beginning, so that it cannot fail halfway as busy."""
        with self.use() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def connect(self) -> sqlite3.Connection:
        """Return a connection of the caller's own."""
        place = f"file:{quote(self._path)}?mode=ro" if self._read_only else self._path
        connection = sqlite3.connect(
            place, timeout=self._busy, isolation_level=None, check_same_thread=False, uri=self._read_only
        )
        if self._read_only:
            connection.execute("PRAGMA query_only = ON")
            return connection
        _use_write_ahead_log(connection, self._busy)
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn errors that can pass into `StoreUnavailable`."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) not in _PASSING:
                raise
            raise StoreUnavailable(
                f"the database {self._label} does not serve: {error}; nothing recorded is lost,"
                " free its file or its disk and try again"
            ) from error


def _use_write_ahead_log(connection: sqlite3.Connection, busy: float) -> None:
    """Switch to WAL; wait at most `busy` seconds while another connection does the same.

    The first switch of a new file needs it alone, and SQLite does not call its busy handler where two wait for each other.
    """
    deadline = time.monotonic() + busy
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                connection.close()
                raise
        time.sleep(_SWITCHING)
