"""One connection to Postgres, for one caller at a time: opened on demand, replaced when broken, errors translated."""

from __future__ import annotations

import selectors
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, cast

import psycopg
from psycopg import errors as pg
from psycopg.pq.abc import PGconn, PGresult
from psycopg.rows import TupleRow, tuple_row

from holdfast.errors import StoreUnavailable
from holdfast.store.postgres.hot import Statement
from holdfast.store.postgres.statements import LET_GO
from holdfast.store.url import mask

# Libpq gives up on a silent peer after these, so that no thread waits for ever on a server that lost its power.
_LIVENESS = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def connection_options(url: str) -> dict[str, Any]:
    """Return what to connect with: the url's own options, over ours for liveness and encoding."""
    given = psycopg.conninfo.conninfo_to_dict(url)
    options: dict[str, Any] = {**_LIVENESS, "application_name": "holdfast"}
    return {**options, **given, "client_encoding": "utf8"}


def is_passing(error: psycopg.Error) -> bool:
    """Whether `error` is about the database's condition, not about the statement: trying again can help.

    Covers SQLSTATE classes 08 (connection), 40 (rollback), 53 (resources, disk full), 57 (operator, but for a cancelled
    query), 58 (system), 25006, which a demoted primary answers, and what libpq reports without a state.
    """
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return (error.sqlstate[:2] in _PASSING and not isinstance(error, pg.QueryCanceled)) or error.sqlstate == "25006"


def unavailable(error: psycopg.Error, url: str) -> StoreUnavailable:
    """Return the error to raise for a passing condition, without secrets."""
    said = str(error).strip().splitlines()
    text = mask(said[0]) if said else type(error).__name__
    return StoreUnavailable(
        f"the database {mask(url)} does not serve: {text}; nothing recorded is lost, start or mend the database and try again"
    )


def adapt_to_pooler(connection: psycopg.Connection[Any]) -> bool:
    """Return whether a pooler stands before the server; if so, `connection` prepares no statements.

    In a pooler's transaction mode the next transaction may be on a server connection that has never seen a statement.
    A pooler gives itself away by a process id of its own making, since it must tell whom a cancel request is for.
    """
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    pooled = row is None or row[0] != connection.info.backend_pid
    if pooled:
        connection.prepare_threshold = None
    return pooled


class Session:
    """A connection in autocommit mode behind a lock.

    Args:
        url: a libpq url.
        read_only: make every use a read-only transaction, which the server guards, behind a pooler too.

    Attributes:
        pooled: a pooler stands before the server; known once connected.
    """

    def __init__(self, url: str, read_only: bool = False) -> None:
        self._url = url
        self._read_only = read_only
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[TupleRow] | None = None
        self._prepared: set[bytes] = set()
        self._flight: SessionFlight | None = None
        self.pooled = False

    def close(self) -> None:
        """Close the connection; a statement under way is waited for."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def use(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """Give the connection to the caller alone; passing errors become `StoreUnavailable`."""
        with self._lock:
            try:
                connection = self._ready()
                if self._read_only:
                    with connection.transaction():
                        yield connection
                else:
                    yield connection
            except psycopg.Error as error:
                raise self._translated(error) from error

    def one(self, statement: Statement, row: list[bytes | None]) -> PGresult:
        """Run one prepared statement, in a transaction of its own; return libpq's result."""
        with self._lock:
            try:
                return self.execute(self._ready(), statement, row)
            except psycopg.Error as error:
                raise self._translated(error) from error

    def _translated(self, error: psycopg.Error) -> Exception:
        if not is_passing(error):
            return error
        self._discard_broken()
        return unavailable(error, self._url)

    def run(self, sql: LiteralString, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[TupleRow]:
        """Run one statement in a transaction of its own and return its rows."""
        with self.use() as connection:
            cursor = connection.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def read(self, sql: LiteralString, parameters: Mapping[str, Any], binary: bool = False) -> list[TupleRow]:
        """Run one query that changes nothing; a connection that broke while nobody used it is replaced unseen."""
        reused = self._connection is not None
        while True:
            try:
                with self.use() as connection:
                    return connection.execute(sql, parameters, binary=binary).fetchall()
            except StoreUnavailable:
                if not reused or self._connection is not None:
                    raise
            reused = False

    def execute(
        self, connection: psycopg.Connection[TupleRow], statement: Statement, row: list[bytes | None]
    ) -> PGresult:
        """Run a prepared statement with binary parameters; return libpq's result."""
        raw = connection.pgconn
        if self.pooled:
            result = raw.exec_params(
                statement.sql.encode(), cast(list[bytes], row), statement.types, _BINARY[len(row)], 1
            )
            self._check(connection, result)
            return result
        for _ in range(2):
            if statement.name not in self._prepared:
                self._check(connection, raw.prepare(statement.name, statement.sql.encode(), statement.types))
                self._prepared.add(statement.name)
            result = raw.exec_prepared(statement.name, cast(list[bytes], row), _BINARY[len(row)], 1)
            if result.status not in _GOOD:
                error = pg.error_from_result(result, encoding="utf-8")
                # A pooler may have given us another server connection, which has never seen the statement.
                if isinstance(error, pg.InvalidSqlStatementName):
                    self._prepared.discard(statement.name)
                    continue
                if raw.status != psycopg.pq.ConnStatus.OK:
                    raise psycopg.OperationalError(str(error) or "the connection is lost") from error
                raise error
            return result
        raise psycopg.OperationalError(f"the server forgets the prepared statement {statement.name.decode()} at once")

    def send(self, statement: Statement, row: list[bytes | None]) -> SessionFlight | None:
        """Send a prepared statement without waiting for its answer.

        Until the flight has arrived, nothing else may be asked of this session; whoever does gives the flight up.

        Returns:
            None when the connection cannot send it now, or not without waiting.
        """
        if not self._lock.acquire(blocking=False):
            return None
        try:
            connection = self._connection
            if self._flight is not None or connection is None or statement.name not in self._prepared:
                return None
            if sum(map(len, filter(None, row))) > _MOST_SENT:
                return None
            raw = connection.pgconn
            self._flight = flight = SessionFlight(self, raw)
            raw.send_query_prepared(statement.name, cast(list[bytes], row), _BINARY[len(row)], 1)
            # What does not fit into the socket's buffer would have to wait; such a flight is given up.
            return flight if raw.flush() == 0 else None
        finally:
            self._lock.release()

    def _check(self, connection: psycopg.Connection[TupleRow], result: Any) -> None:
        if result.status not in _GOOD:
            error = pg.error_from_result(result, encoding="utf-8")
            if isinstance(error, pg.DuplicatePreparedStatement):
                return
            if connection.pgconn.status != psycopg.pq.ConnStatus.OK:
                raise psycopg.OperationalError(str(error) or "the connection is lost") from error
            raise error

    def _ready(self) -> psycopg.Connection[TupleRow]:
        if self._flight is not None:  # nobody has waited for its answer
            self._flight = None
            if self._connection is not None:
                self._connection.close()
        if self._connection is None or self._connection.closed:
            self._prepared.clear()
            self._connection = psycopg.Connection.connect(
                **connection_options(self._url), autocommit=True, row_factory=tuple_row
            )
            self._connection.read_only = self._read_only or None
            self.pooled = adapt_to_pooler(self._connection)
            if not self.pooled:
                # The set-based statements gain nothing from a plan for each batch, and planning costs a millisecond.
                self._connection.execute(
                    "SET plan_cache_mode = force_generic_plan; SET idle_in_transaction_session_timeout = " + LET_GO
                )
                if self._read_only:
                    self._connection.execute("SET default_transaction_read_only = on")
        return self._connection

    def _discard_broken(self) -> None:
        connection = self._connection
        if connection is not None and (connection.closed or connection.pgconn.status != psycopg.pq.ConnStatus.OK):
            connection.close()
            self._connection = None


class SessionFlight:
    """A prepared statement that was sent; `result` is its answer, None before and when it is lost.

    Args:
        session: it was sent through.
        raw: the session's connection.
    """

    def __init__(self, session: Session, raw: PGconn) -> None:
        self._session = session
        self._raw = raw
        self.fileno = raw.socket
        self.result: PGresult | None = None

    def ready(self) -> bool:
        """Whether something of the answer can be read from the socket."""
        with self._session._lock, selectors.DefaultSelector() as selector:
            if self._session._flight is not self:
                return True
            selector.register(self.fileno, selectors.EVENT_READ)
            return bool(selector.select(0))

    def arrived(self) -> bool:
        """Read what there is; return whether the answer is complete, or lost."""
        session = self._session
        with session._lock:
            if session._flight is not self:
                return True
            try:
                self._raw.consume_input()
                while not self._raw.is_busy():
                    result = self._raw.get_result()
                    if result is None:
                        session._flight = None
                        return True
                    self.result = result
            except psycopg.Error:
                return True  # the session still counts it as under way, so the connection will be replaced
        return False

    @property
    def good(self) -> bool:
        """Whether the statement was executed."""
        return self.result is not None and self.result.status in _GOOD


_MOST_SENT = 64 * 1024
"""Bytes that surely fit into an empty socket's buffer (Linux: 208 KB, macOS: 128 KB)."""
_PASSING = ("08", "40", "53", "57", "58")
_GOOD = (psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK)
_BINARY = [[psycopg.pq.Format.BINARY] * count for count in range(64)]
