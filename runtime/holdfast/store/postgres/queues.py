"""Queues with limits on Postgres."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, LiteralString, cast

import psycopg
from psycopg import errors as pg

from holdfast.store.parameters import claim_parameters
from holdfast.store.postgres.session import Session
from holdfast.store.queue_rows import limits_parameters, read_queue, window
from holdfast.store.queues import (
    HEADS,
    Allotment,
    Head,
    Limits,
    QueueClaim,
    QueueRow,
    QueueStatus,
    Usage,
    allot,
)
from holdfast.store.records import Claimed


class PostgresQueues:
    """Every claim on a queue is one transaction that holds the lock on the queue's row.

    What it counts, nobody else can make more of meanwhile: only claims do. So the limits hold exactly, and there is no
    counter that a crash could leave wrong.

    Args:
        control: the engine's connection.
        queries: the callers' connection.
        sql: the statements by name.
    """

    def __init__(self, control: Session, queries: Session, sql: Mapping[str, LiteralString]) -> None:
        self._control = control
        self._queries = queries
        self._sql = sql

    def declare(self, name: str, limits: Limits) -> bool:
        """Enter a queue, or give it the limits that its declaration has now."""
        parameters = {"name": name, **limits_parameters(limits)}
        # Looked at first: who may only enqueue may not write here.
        found = self._queries.read(self._sql["QUEUE_DECLARED"], parameters)
        if found and found[0][0]:
            return False
        return bool(self._queries.run(self._sql["QUEUE_DECLARE"], parameters))

    def known(self) -> list[QueueRow]:
        """Return every queue with its limits."""
        return [read_queue(row) for row in self._queries.read(self._sql["QUEUE_KNOWN"], {})]

    def status(self) -> list[QueueStatus]:
        """Return every queue with its limits and what is in it."""
        rows = self._queries.read(self._sql["QUEUE_STATUS"], {})
        return [QueueStatus(read_queue(row), row[-3], row[-2], row[-1]) for row in rows]

    def change(self, name: str, limits: Limits) -> bool:
        """Set the limits of a queue; return False when there is none of that name."""
        return bool(self._queries.run(self._sql["QUEUE_CHANGE"], {"name": name, **limits_parameters(limits)}))

    def pause(self, name: str, paused: bool) -> bool:
        """Let nothing more of a queue begin, or go on; return False when there is none of that name."""
        return bool(self._queries.run(self._sql["QUEUE_PAUSE"], {"name": name, "paused": paused}))

    def with_work(self) -> list[str]:
        """Return the queues that have something to be claimed."""
        return [row[0] for row in self._control.run(self._sql["QUEUES_READY"])]

    def claim(
        self, executor: str, queue: str, names: Sequence[str], versions: Sequence[str], any_version: bool, most: int
    ) -> QueueClaim:
        """Make at most `most` workflows of `queue` running, as its limits allow."""
        parameters = claim_parameters(list, executor, queue, names, versions, any_version, most) | {"heads": HEADS}
        try:
            with self._control.use() as connection, connection.transaction():
                return self._claim(connection, parameters)
        except pg.LockNotAvailable:
            return QueueClaim(blocked=True)

    def _claim(self, connection: psycopg.Connection[Any], parameters: dict[str, Any]) -> QueueClaim:
        execute = cast(Callable[..., psycopg.Cursor[Any]], connection.execute)
        with connection.pipeline():
            execute(self._sql["QUEUE_PATIENCE"])
            locked = execute(self._sql["QUEUE_LOCK"], parameters)
            used = execute(self._sql["QUEUE_USAGE"], parameters)
            found = execute(self._sql["QUEUE_HEADS"], parameters)
        row = locked.fetchone()
        if row is None:
            return QueueClaim()
        known = read_queue(row)
        heads = [Head(*each) for each in found.fetchall()]
        allotted = allot(known.limits, known.paused, Usage(*used.fetchall()[0]), heads, parameters["most"])
        claimed = []
        if allotted.returning or allotted.fresh or allotted.served is not None:
            claimed = execute(self._sql["QUEUE_CLAIM"], _claiming(parameters, known, allotted)).fetchall()
        return QueueClaim([Claimed(*each) for each in claimed], allotted.again, allotted.blocked)

    def holder(self, queue: str, deduplication: str) -> str | None:
        """Return the id of the workflow that has not ended and has this key."""
        rows = self._queries.read(self._sql["QUEUE_HOLDER"], {"queue": queue, "deduplication": deduplication})
        return rows[0][0] if rows else None


def _claiming(parameters: dict[str, Any], known: QueueRow, allotted: Allotment) -> dict[str, Any]:
    """Return the parameters of the claim itself."""
    longest = window(known.limits)
    return {
        **parameters,
        "returning": allotted.returning,
        "partitions": list(allotted.fresh),
        "counts": list(allotted.fresh.values()),
        "served": allotted.served or "",
        "rated": longest > 0,
        "window": longest,
    }
