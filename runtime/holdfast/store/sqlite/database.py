"""Named statements on SQLite, for what both stores do in the same order of statements."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from holdfast.store.sqlite.file import SqliteFile


class SqliteStatements:
    """See `holdfast.store.messaging.Statements`.

    Args:
        connection: inside a transaction.
        sql: the statements, by name.

    Attributes:
        notices: what is to be told once the transaction is committed.
    """

    def __init__(self, connection: sqlite3.Connection, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql
        self.notices: dict[str, None] = {}

    def rows(self, name: str, /, **parameters: Any) -> list[Any]:
        """Run one statement; return its rows."""
        return self._connection.execute(self._sql[name], _given(parameters)).fetchall()

    def changes(self, name: str, /, **parameters: Any) -> int:
        """Run one statement; return how many rows it has changed."""
        return self._connection.execute(self._sql[name], _given(parameters)).rowcount

    def many(self, name: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement for each of `parameters`, in order."""
        for each in parameters:
            self._connection.execute(self._sql[name], each)

    def signal(self, workflows: Sequence[str]) -> None:
        """Count a signal for each of `workflows`, and queue those that wait."""
        self.many("SIGNAL", [{"workflow": each} for each in workflows])

    def notify(self, what: str) -> None:
        """Note what is to be told."""
        self.notices[what] = None


class SqliteDatabase:
    """See `holdfast.store.messaging.Database`.

    Args:
        file: the database.
        sql: gives the statements, by name.
        tell: is called with each notice once it is true.
    """

    def __init__(self, file: SqliteFile, sql: Callable[[], Mapping[str, str]], tell: Callable[[str], None]) -> None:
        self._file = file
        self._sql = sql
        self._tell = tell

    def reading(self, name: str, /, **parameters: Any) -> list[Any]:
        """Run one query."""
        with self._file.use() as connection:
            return connection.execute(self._sql()[name], _given(parameters)).fetchall()

    def change(self, name: str, /, **parameters: Any) -> bool:
        """Run one statement in a transaction of its own; return whether it has changed anything."""
        with self.writing() as run:
            return run.changes(name, **parameters) > 0

    @contextmanager
    def writing(self) -> Iterator[SqliteStatements]:
        """Open a transaction; tell its notices after its commit."""
        with self._file.writing() as connection:
            run = SqliteStatements(connection, self._sql())
            yield run
        for what in run.notices:
            self._tell(what)


def array(texts: Sequence[str]) -> str:
    """Return several texts as one parameter, a JSON array for `json_each`."""
    return json.dumps(list(texts))


def _given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: array(value) if isinstance(value, list) else value for name, value in parameters.items()}
