"""Queues with limits on SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.store.queue_rows import limits_parameters, read_queue, window
from holdfast.store.queues import HEADS, Head, Limits, QueueClaim, QueueRow, QueueStatus, Usage, allot
from holdfast.store.records import Claimed
from holdfast.store.sqlite.file import SqliteFile


class SqliteQueues:
    """Every claim on a queue is one transaction that holds SQLite's write lock from its beginning.

    Args:
        database: the file.
        sql: the statements by name.
    """

    def __init__(self, database: SqliteFile, sql: Mapping[str, str]) -> None:
        self._database = database
        self._sql = sql

    def declare(self, name: str, limits: Limits) -> bool:
        """Enter a queue, or give it the limits that its declaration has now."""
        return self._write("QUEUE_DECLARE", {"name": name, **limits_parameters(limits)})

    def known(self) -> list[QueueRow]:
        """Return every queue with its limits."""
        return [read_queue(row) for row in self._read("QUEUE_KNOWN", {})]

    def status(self) -> list[QueueStatus]:
        """Return every queue with its limits and what is in it."""
        return [QueueStatus(read_queue(row), *row[-3:]) for row in self._read("QUEUE_STATUS", {})]

    def change(self, name: str, limits: Limits) -> bool:
        """Set the limits of a queue; return False when there is none of that name."""
        return self._write("QUEUE_CHANGE", {"name": name, **limits_parameters(limits)})

    def pause(self, name: str, paused: bool) -> bool:
        """Let nothing more of a queue begin, or go on; return False when there is none of that name."""
        return self._write("QUEUE_PAUSE", {"name": name, "paused": paused})

    def with_work(self) -> list[str]:
        """Return the queues that have something to be claimed."""
        return [row[0] for row in self._read("QUEUES_WITH_WORK", {})]

    def claim(
        self, executor: str, queue: str, names: Sequence[str], versions: Sequence[str], any_version: bool, most: int
    ) -> QueueClaim:
        """Make at most `most` workflows of `queue` running, as its limits allow."""
        with self._database.writing() as connection:
            parameters = {
                "executor": executor,
                "queue": queue,
                "names": json.dumps(list(names)),
                "versions": json.dumps(list(versions)),
                "any": any_version,
                "most": most,
                "partition": None,
                "now": connection.execute(self._sql["TIME"]).fetchone()[0],
            }
            return self._claim(_Statements(connection, self._sql, parameters), most)

    def _claim(self, run: _Statements, most: int) -> QueueClaim:
        row = run("QUEUE_ONE").fetchone()
        if row is None:
            return QueueClaim()
        known = read_queue(row)
        limits = known.limits
        usage = Usage(
            begun=0 if limits.concurrency is None else run.number("QUEUE_BEGUN"),
            own=0 if limits.per_executor is None else run.number("QUEUE_OWN"),
            returning=run.number("QUEUE_RETURNING"),
            recent=0,
            rate_wait=None,
        )
        if limits.rate is not None:
            usage.recent, usage.rate_wait = run("QUEUE_RECENT", per=limits.rate.per).fetchone()
        allotted = allot(limits, known.paused, usage, self._heads(run, limits, row[-1], most), most)
        claimed: list[Any] = []
        if allotted.returning:
            claimed += run("QUEUE_CLAIM_RETURNING", returning=allotted.returning).fetchall()
        longest = window(limits)
        for partition, count in allotted.fresh.items():
            taken = run("QUEUE_CLAIM_FRESH", partition=partition, count=count).fetchall()
            claimed += taken
            if taken and longest:
                run("QUEUE_LOG", partition=partition, started=len(taken))
        if longest and allotted.fresh:
            run("QUEUE_FORGET", window=longest)
        if allotted.served is not None:
            run("QUEUE_SERVED", served=allotted.served)
        return QueueClaim([Claimed(*each) for each in claimed], allotted.again, allotted.blocked)

    def _heads(self, run: _Statements, limits: Limits, served: str, most: int) -> list[Head]:
        """Return the partitions with work: those after the one that was served last, then round to it."""
        partitions: list[str] = []
        found = run("QUEUE_NEXT_PARTITION", after=served).fetchone() or run("QUEUE_FIRST_PARTITION").fetchone()
        while found is not None and found[0] not in partitions[:1] and len(partitions) < HEADS:
            partitions.append(found[0])
            found = run("QUEUE_NEXT_PARTITION", after=found[0]).fetchone() or run("QUEUE_FIRST_PARTITION").fetchone()
        heads = []
        for partition in partitions:
            begun = 0 if limits.per_partition is None else run.number("QUEUE_BEGUN", partition=partition)
            recent, wait = 0, None
            if limits.partition_rate is not None:
                per = limits.partition_rate.per
                recent, wait = run("QUEUE_RECENT", partition=partition, per=per).fetchone()
            heads.append(Head(partition, run.number("QUEUE_WAITING", partition=partition), begun, recent, wait))
        return heads

    def holder(self, queue: str, deduplication: str) -> str | None:
        """Return the id of the workflow that has not ended and has this key."""
        rows = self._read("QUEUE_HOLDER", {"queue": queue, "deduplication": deduplication})
        return rows[0][0] if rows else None

    def _read(self, name: str, parameters: dict[str, Any]) -> list[Any]:
        with self._database.use() as connection:
            return connection.execute(self._sql[name], parameters).fetchall()

    def _write(self, name: str, parameters: dict[str, Any]) -> bool:
        with self._database.writing() as connection:
            return bool(connection.execute(self._sql[name], parameters).rowcount)


class _Statements:
    """The statements of one claim, with the parameters that they share."""

    def __init__(self, connection: sqlite3.Connection, sql: Mapping[str, str], parameters: dict[str, Any]) -> None:
        self._connection = connection
        self._sql = sql
        self._parameters = parameters

    def __call__(self, name: str, **parameters: Any) -> sqlite3.Cursor:
        return self._connection.execute(self._sql[name], {**self._parameters, **parameters})

    def number(self, name: str, **parameters: Any) -> int:
        """Return the only number that a statement answers with."""
        return int(self(name, **parameters).fetchone()[0])
