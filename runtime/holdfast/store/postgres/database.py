"""Named statements on Postgres, for what both stores do in the same order of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg.rows import tuple_row

from holdfast.store.postgres.session import Session


class PostgresStatements:
    """See `holdfast.store.messaging.Statements`.

    Args:
        connection: inside a transaction.
        sql: the statements, by name.
        channel: where executors and clients listen.
    """

    def __init__(self, connection: psycopg.Connection[Any], sql: Mapping[str, LiteralString], channel: str) -> None:
        self._connection = connection
        self._sql = sql
        self._channel = channel

    def rows(self, name: str, /, **parameters: Any) -> list[Any]:
        """Run one statement; return its rows."""
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(self._sql[name], parameters)
            return cursor.fetchall() if cursor.description else []

    def many(self, name: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement for each of `parameters`, in order, without waiting in between."""
        if parameters:
            with self._connection.cursor(row_factory=tuple_row) as cursor:
                cursor.executemany(self._sql[name], parameters)

    def signal(self, workflows: Sequence[str]) -> None:
        """Count a signal for each of `workflows`, and queue those that wait."""
        self.rows("SIGNAL", workflows=list(workflows))

    def notify(self, what: str) -> None:
        """Notify the channel; it is heard when the transaction commits."""
        self.rows("NOTIFY", channel=self._channel, what=what)


class PostgresDatabase:
    """See `holdfast.store.messaging.Database`.

    Args:
        session: of queries.
        sql: the statements, by name.
        channel: where executors and clients listen.
    """

    def __init__(self, session: Session, sql: Mapping[str, LiteralString], channel: str) -> None:
        self._session = session
        self._sql = sql
        self._channel = channel

    def reading(self, name: str, /, **parameters: Any) -> list[Any]:
        """Run one query in a transaction of its own."""
        return self._session.read(self._sql[name], parameters)

    @contextmanager
    def writing(self) -> Iterator[PostgresStatements]:
        """Open a transaction."""
        with self._session.use() as connection, connection.transaction():
            yield PostgresStatements(connection, self._sql, self._channel)
