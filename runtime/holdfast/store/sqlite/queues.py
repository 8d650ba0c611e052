"""Queues with limits on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.store.parameters import claim_parameters
from holdfast.store.queue_rows import limits_parameters, read_queue, window
from holdfast.store.queues import HEADS, Head, Limits, QueueClaim, QueueRow, QueueStatus, Usage, allot
from holdfast.store.records import Claimed
from holdfast.store.sqlite.database import SqliteDatabase, SqliteStatements, array


class SqliteQueues:
    """Every claim on a queue is one transaction that holds SQLite's write lock from its beginning.

    Args:
        database: the file.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def declare(self, name: str, limits: Limits) -> bool:
        """Enter a queue, or give it the limits that its declaration has now."""
        return self._database.change("QUEUE_DECLARE", name=name, **limits_parameters(limits))

    def known(self) -> list[QueueRow]:
        """Return every queue with its limits."""
        return [read_queue(row) for row in self._database.reading("QUEUE_KNOWN")]

    def status(self) -> list[QueueStatus]:
        """Return every queue with its limits and what is in it."""
        return [QueueStatus(read_queue(row), *row[-3:]) for row in self._database.reading("QUEUE_STATUS")]

    def change(self, name: str, limits: Limits) -> bool:
        """Set the limits of a queue; return False when there is none of that name."""
        return self._database.change("QUEUE_CHANGE", name=name, **limits_parameters(limits))

    def pause(self, name: str, paused: bool) -> bool:
        """Let nothing more of a queue begin, or go on; return False when there is none of that name."""
        return self._database.change("QUEUE_PAUSE", name=name, paused=paused)

    def with_work(self) -> list[str]:
        """Return the queues that have something to be claimed."""
        return [row[0] for row in self._database.reading("QUEUES_WITH_WORK")]

    def claim(
        self, executor: str, queue: str, names: Sequence[str], versions: Sequence[str], any_version: bool, most: int
    ) -> QueueClaim:
        """Make at most `most` workflows of `queue` running, as its limits allow."""
        parameters = claim_parameters(array, executor, queue, names, versions, any_version, most)
        with self._database.writing() as run:
            now = run.rows("TIME")[0][0]
            return self._claim(_Statements(run, parameters | {"partition": None, "now": now}), most)

    def _claim(self, run: _Statements, most: int) -> QueueClaim:
        row = run.one("QUEUE_ONE")
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
            usage.recent, usage.rate_wait = run.one("QUEUE_RECENT", per=limits.rate.per)
        allotted = allot(limits, known.paused, usage, self._heads(run, limits, row[-1], most), most)
        claimed: list[Any] = []
        if allotted.returning:
            claimed += run.rows("QUEUE_CLAIM_RETURNING", returning=allotted.returning)
        longest = window(limits)
        for partition, count in allotted.fresh.items():
            taken = run.rows("QUEUE_CLAIM_FRESH", partition=partition, count=count)
            claimed += taken
            if taken and longest:
                run.rows("QUEUE_LOG", partition=partition, started=len(taken))
        if longest and allotted.fresh:
            run.rows("QUEUE_FORGET", window=longest)
        if allotted.served is not None:
            run.rows("QUEUE_SERVED", served=allotted.served)
        return QueueClaim([Claimed(*each) for each in claimed], allotted.again, allotted.blocked)

    def _heads(self, run: _Statements, limits: Limits, served: str, most: int) -> list[Head]:
        """Return the partitions with work: those after the one that was served last, then round to it."""
        partitions: list[str] = []
        found = run.one("QUEUE_NEXT_PARTITION", after=served) or run.one("QUEUE_FIRST_PARTITION")
        while found is not None and found[0] not in partitions[:1] and len(partitions) < HEADS:
            partitions.append(found[0])
            found = run.one("QUEUE_NEXT_PARTITION", after=found[0]) or run.one("QUEUE_FIRST_PARTITION")
        heads = []
        for partition in partitions:
            begun = 0 if limits.per_partition is None else run.number("QUEUE_BEGUN", partition=partition)
            recent, wait = 0, None
            if limits.partition_rate is not None:
                per = limits.partition_rate.per
                recent, wait = run.one("QUEUE_RECENT", partition=partition, per=per)
            heads.append(Head(partition, run.number("QUEUE_WAITING", partition=partition), begun, recent, wait))
        return heads

    def holder(self, queue: str, deduplication: str) -> str | None:
        """Return the id of the workflow that has not ended and has this key."""
        rows = self._database.reading("QUEUE_HOLDER", queue=queue, deduplication=deduplication)
        return rows[0][0] if rows else None


class _Statements:
    """The statements of one claim, with the parameters that they share."""

    def __init__(self, run: SqliteStatements, parameters: dict[str, Any]) -> None:
        self._run = run
        self._parameters = parameters

    def rows(self, name: str, **parameters: Any) -> list[Any]:
        """Run one statement; return its rows."""
        return self._run.rows(name, **{**self._parameters, **parameters})

    def one(self, name: str, **parameters: Any) -> Any:
        """Return the first row that a statement answers with, None without one."""
        return next(iter(self.rows(name, **parameters)), None)

    def number(self, name: str, **parameters: Any) -> int:
        """Return the only number that a statement answers with."""
        return int(self.one(name, **parameters)[0])
