"""Transactions of the user's functions on Postgres, each on a connection of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, LiteralString

import psycopg
from psycopg import errors as pg
from psycopg.pq import ConnStatus

from holdfast.store.parameters import checkpoint_parameters
from holdfast.store.postgres.session import Session, connection_options, is_passing, unavailable
from holdfast.store.records import Checkpoint

CONFLICTS: Final = (pg.SerializationFailure, pg.DeadlockDetected)

_IDLE_MOST: Final = 16
"""Connections kept for the next transaction; more are opened under load and closed after use."""


_PREPARED_AFTER: Final = 5
"""Executions after which psycopg prepares a statement, its own default."""


class Transactions:
    """Hands out transactions, and keeps connections between them.

    Not psycopg_pool: its three worker threads and its second pool class for async code cost more than this, which only
    has to keep a stack of idle connections.

    Args:
        url: a libpq url.
        statement: writes a checkpoint, see `holdfast.store.postgres.statements.RECORD`.
        session: a connected session to the same database, which knows whether a pooler stands before it.
    """

    def __init__(self, url: str, statement: str, session: Session) -> None:
        self._url = url
        self._statement = statement
        self._session = session
        self._lock = threading.Lock()
        self._idle: list[psycopg.Connection[Any]] = []
        self._idle_async: dict[asyncio.AbstractEventLoop, list[psycopg.AsyncConnection[Any]]] = {}

    @contextmanager
    def open(self) -> Iterator[PostgresTransaction]:
        """Open a transaction; commits at a clean exit, rolls back at an exception."""
        connection = None
        try:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                connection = psycopg.Connection.connect(**self._options())
            with connection.transaction():
                yield PostgresTransaction(connection, self._statement)
        except psycopg.Error as error:
            if is_passing(error) and not isinstance(error, CONFLICTS):
                raise unavailable(error, self._url) from error
            raise
        finally:
            if connection is not None and not self._keep(connection, self._idle):
                connection.close()

    @asynccontextmanager
    async def open_async(self) -> AsyncIterator[PostgresAsyncTransaction]:
        """Like `open`, with a connection of the running loop."""
        idle = self._idle_async.setdefault(asyncio.get_running_loop(), [])
        connection = None
        try:
            connection = idle.pop() if idle else None
            if connection is None:
                connection = await psycopg.AsyncConnection.connect(**self._options())
            async with connection.transaction():
                yield PostgresAsyncTransaction(connection, self._statement)
        except psycopg.Error as error:
            if is_passing(error) and not isinstance(error, CONFLICTS):
                raise unavailable(error, self._url) from error
            raise
        finally:
            if connection is not None and not self._keep(connection, idle):
                await connection.close()

    def _options(self) -> dict[str, Any]:
        threshold = None if self._session.pooled else _PREPARED_AFTER
        return connection_options(self._url) | {"autocommit": True, "prepare_threshold": threshold}

    def _keep(self, connection: Any, idle: list[Any]) -> bool:
        with self._lock:
            if connection.closed or connection.pgconn.status != ConnStatus.OK or len(idle) >= _IDLE_MOST:
                return False
            idle.append(connection)
            return True

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            for connection in self._idle:
                connection.close()
            # A coroutine would have to close these in its loop, which may be gone; ending the socket is the same.
            for connections in self._idle_async.values():
                for each in connections:
                    each.pgconn.finish()
            self._idle.clear()
            self._idle_async.clear()


class PostgresTransaction:
    """A user's transaction: `connection` is a psycopg connection inside it."""

    def __init__(self, connection: psycopg.Connection[Any], statement: LiteralString) -> None:
        self.connection = connection
        self._statement = statement

    def record(self, workflow: str, epoch: int, checkpoint: Checkpoint) -> bool:
        """Write `checkpoint` in the same transaction; return False when the epoch is no longer the workflow's."""
        return (
            self.connection.execute(self._statement, checkpoint_parameters((workflow, epoch), checkpoint)).rowcount == 1
        )


class PostgresAsyncTransaction:
    """A user's transaction: `connection` is an async psycopg connection inside it."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], statement: LiteralString) -> None:
        self.connection = connection
        self._statement = statement

    async def record_async(self, workflow: str, epoch: int, checkpoint: Checkpoint) -> bool:
        """Write `checkpoint` in the same transaction; return False when the epoch is no longer the workflow's."""
        cursor = await self.connection.execute(self._statement, checkpoint_parameters((workflow, epoch), checkpoint))
        return cursor.rowcount == 1
