"""What the drivers share that measure queues: a backlog written by the server itself, and waiting for its end.

Besides the standard library this needs psycopg, which every peer's virtual environment has.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import driving

if TYPE_CHECKING:
    import psycopg

BATCH = 50
"""How many a claim takes that is measured."""
CLAIMS = 15


def connected(url: str) -> psycopg.Connection[Any]:
    """Return a connection that commits each statement."""
    import psycopg  # not by every process whose launch and memory are measured

    return psycopg.connect(url, autocommit=True)


def multiply(connection: psycopg.Connection[Any], table: str, where: str, count: int, changed: dict[str, str]) -> None:
    """Copy a row that the system's own call has written, in the same transaction, so that nobody has claimed it yet.

    Args:
        connection: with the transaction.
        table: `schema.name`.
        where: an expression that finds the row.
        count: how many copies.
        changed: for columns that differ from copy to copy, an expression of the copy's number `n`.
    """
    schema, name = table.split(".")
    found = connection.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER'",
        (schema, name),
    )
    columns = ", ".join(row[0] for row in found)
    values = ", ".join(changed.get(column, column) for column in columns.split(", "))
    statement = (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, generate_series(1, {count}) n WHERE {where}"
    )
    connection.execute(statement.encode())


def settled(url: str) -> driving.Result:
    """Let the server know what it holds and write it down, so that neither falls into the measurement."""
    with connected(url) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    return {}


def emptied(url: str, fill: Callable[[], float], finished: str, count: int) -> driving.Result:
    """Fill the queue that executors in other processes already listen to, and measure until all of it is finished.

    Args:
        url: the database.
        fill: enqueues `count` in one transaction and returns when that was committed, on `time.perf_counter`.
        finished: the query that counts what is finished.
        count: how many.
    """
    with connected(url) as connection:

        def done() -> int:
            row = connection.execute(finished.encode()).fetchone()
            assert row is not None
            return int(row[0])

        before = done()
        start = fill()
        connection.execute(
            "ANALYZE"
        )  # as the server itself does within a minute; nobody shall run on a plan for an empty table
        while done() < before + count:
            time.sleep(0.02)
        return {"jobs_per_s": count / (time.perf_counter() - start)}


def drained(counter: driving.Counter, count: int) -> driving.Result:
    """Measure how many of a backlog an executor in this process runs a second, after a warm-up.

    Args:
        counter: counts each that has run.
        count: over how many.
    """
    counter.wait(count // 5)
    start = time.perf_counter()
    counter.wait(count // 5 + count)
    return {"drained_per_s": count / (time.perf_counter() - start)}


def claimed(claim: Callable[[], object]) -> driving.Result:
    """Return the median ms of claiming a batch of 50."""
    return {"claim_ms": statistics.median(driving.time_each(claim, CLAIMS, 2))}
