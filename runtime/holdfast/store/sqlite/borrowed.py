"""Writing in a caller's own transaction on SQLite."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.store.attachments import Delivery, Message
from holdfast.store.messaging import deliver
from holdfast.store.records import Row, Start
from holdfast.store.sqlite.database import SqliteStatements
from holdfast.store.sqlite.rows import read_row, start_parameters


class BorrowedSqlite:
    """See `holdfast.store.messaging.Borrowed`. Executors hear of it by their look at the file, 100 times a second.

    Args:
        connection: whose transaction it is.
        sql: the named statements.
    """

    def __init__(self, connection: sqlite3.Connection, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql
        self._run = SqliteStatements(connection, sql)

    def insert(self, start: Start) -> bool:
        """Create a workflow; return False when its id (or deduplication key) is in use."""
        return self._connection.execute(self._sql["START"], start_parameters(start)).rowcount == 1

    def rows(self, workflows: Sequence[str]) -> list[Row]:
        """Return the workflows of these ids that exist, as this transaction sees them."""
        return [read_row(tuple(row)) for row in self._run.rows("ROWS", workflows=list(workflows))]

    def deliver(self, messages: Sequence[Message]) -> list[Delivery]:
        """Send messages."""
        return deliver(self._run, messages)


def borrow(connection: Any, path: str, sql: Mapping[str, str]) -> BorrowedSqlite:
    """Return what writes in the transaction of `connection`; see `holdfast.store.port.Store.borrow`."""
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError(f"a sqlite3 connection is needed to take part in its transaction, not {connection!r}")
    files = [str(row[2]) for row in connection.execute("PRAGMA database_list").fetchall() if row[1] == "main"]
    if path == ":memory:" or os.path.realpath(path) not in [os.path.realpath(file) for file in files]:
        raise ValueError(
            f"the connection is to {files[0] or 'a database in memory'!r}, not to {path!r}; connect it there"
        )
    if connection.isolation_level is None and not connection.in_transaction:
        raise ValueError(
            'no transaction is open on the connection and none begins by itself; execute "BEGIN IMMEDIATE"'
        )
    return BorrowedSqlite(connection, sql)
