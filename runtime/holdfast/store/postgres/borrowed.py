"""Writing in a caller's own transaction on Postgres, through whatever kind of psycopg connection that has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Any, LiteralString, Self, TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.rows import tuple_row

from holdfast.store.attachments import Delivery, Message
from holdfast.store.batch import assemble
from holdfast.store.messaging import deliver
from holdfast.store.postgres.database import PostgresStatements
from holdfast.store.postgres.rows import read_row
from holdfast.store.postgres.writes import Writes
from holdfast.store.records import Entry, Row, Start

T = TypeVar("T")


class _Encoded:
    """A parameter that is in Postgres' binary format already."""

    __slots__ = ("data", "type")

    def __init__(self, data: bytes, type: int) -> None:
        self.data = data
        self.type = type


class _EncodedDumper(Dumper):
    """Hands `_Encoded` on as it is; psycopg takes one dumper for each type."""

    format = pq.Format.BINARY

    def get_key(self, obj: _Encoded, format: Any) -> Any:
        return (self.cls, obj.type)

    def upgrade(self, obj: _Encoded, format: Any) -> Dumper:
        made = type(self)(self.cls)
        made.oid = obj.type
        return made

    def dump(self, obj: _Encoded) -> Buffer | None:
        return obj.data


class BorrowedPostgres:
    """See `holdfast.store.messaging.Borrowed`.

    Args:
        connection: whose transaction it is; an async one through `_Awaited`.
        raw: makes a cursor that takes numbered parameters.
        writes: the committer's statements.
        sql: the named statements.
        channel: where executors and clients listen.
    """

    def __init__(
        self,
        connection: Any,
        raw: Callable[[], Any],
        writes: Writes,
        sql: Mapping[str, LiteralString],
        channel: str,
    ) -> None:
        self._raw = raw
        self._writes = writes
        self._run = PostgresStatements(connection, sql, channel)

    def insert(self, start: Start) -> bool:
        """Create a workflow; return False when its id (or deduplication key) is in use."""
        write = self._writes.all(assemble([Entry(start.id, start.epoch, start=start)]))
        parameters = [
            None if data is None else _Encoded(data, type)
            for data, type in zip(write.row, write.statement.types, strict=True)
        ]
        with self._raw() as cursor:
            cursor.adapters.register_dumper(_Encoded, _EncodedDumper)
            cursor.execute(write.statement.sql, parameters)
            return bool(cursor.fetchone()[0])

    def rows(self, workflows: Sequence[str]) -> list[Row]:
        """Return the workflows of these ids that exist, as this transaction sees them."""
        return [read_row(row) for row in self._run.rows("ROWS", workflows=list(workflows))]

    def deliver(self, messages: Sequence[Message]) -> list[Delivery]:
        """Send messages; each recipient's row stays locked until the end of the transaction."""
        return deliver(self._run, messages)


class _Awaited:
    """An async connection, as a thread may use it while the connection's own loop goes on."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], loop: asyncio.AbstractEventLoop) -> None:
        self._connection = connection
        self._loop = loop

    def cursor(self, row_factory: Any) -> _AwaitedCursor:
        """Return a cursor."""
        return _AwaitedCursor(self._connection.cursor(row_factory=row_factory), self._loop)

    def raw(self) -> _AwaitedCursor:
        """Return a cursor that takes numbered parameters."""
        return _AwaitedCursor(psycopg.AsyncRawCursor(self._connection, row_factory=tuple_row), self._loop)


class _AwaitedCursor:
    def __init__(self, cursor: psycopg.AsyncCursor[Any], loop: asyncio.AbstractEventLoop) -> None:
        self._cursor = cursor
        self._loop = loop

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wait(self._cursor.close())

    def _wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    @property
    def adapters(self) -> Any:
        return self._cursor.adapters

    @property
    def description(self) -> Any:
        return self._cursor.description

    def execute(self, sql: Any, parameters: Any) -> None:
        self._wait(self._cursor.execute(sql, parameters))

    def executemany(self, sql: Any, parameters: Any) -> None:
        self._wait(self._cursor.executemany(sql, parameters))

    def fetchone(self) -> Any:
        return self._wait(self._cursor.fetchone())

    def fetchall(self) -> Any:
        return self._wait(self._cursor.fetchall())


def borrow(connection: Any, writes: Writes, sql: Mapping[str, LiteralString], channel: str) -> BorrowedPostgres:
    """Return what writes in the transaction of `connection`; see `holdfast.store.port.Store.borrow`."""
    if not isinstance(connection, psycopg.Connection | psycopg.AsyncConnection):
        raise TypeError(f"a psycopg connection is needed to take part in its transaction, not {connection!r}")
    if connection.autocommit and connection.info.transaction_status == pq.TransactionStatus.IDLE:
        raise ValueError(
            "the connection is in autocommit mode and no transaction is open; begin one, `with connection.transaction():`"
        )
    if isinstance(connection, psycopg.AsyncConnection):
        awaited = _Awaited(connection, asyncio.get_running_loop())
        return BorrowedPostgres(awaited, awaited.raw, writes, sql, channel)
    return BorrowedPostgres(
        connection, lambda: psycopg.RawCursor(connection, row_factory=tuple_row), writes, sql, channel
    )
