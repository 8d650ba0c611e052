"""Where the time of a sequential step goes on Postgres, beside the floor's: each part's median, in microseconds.

    python benchmarks/runtime/step_parts.py [ROUNDS]

Everything is measured in one process and in turns, so that what else the machine does strikes all parts alike.
"""

from __future__ import annotations

import itertools
import statistics
import struct
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg

import holdfast
from holdfast import Engine
from holdfast.store.postgres.hot import Statement
from holdfast.store.postgres.wire import INT8, TEXT
from holdfast.store.records import Entry, Outcome

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "runtime"))
from postgres_server import PostgresServer

STEPS = 10
_TABLE = "CREATE TABLE floor (id bigint PRIMARY KEY, name text, result text)"
_INSERT = "INSERT INTO floor VALUES (%s, %s, %s)"


@holdfast.step
def step(number: int) -> int:
    return number


@holdfast.workflow
def workflow(steps: int) -> int:
    for number in range(steps):
        step(number)
    return steps


class Floor:
    """Commits of one row, by psycopg as a program would write them, and by libpq alone."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._ids = itertools.count()
        connection.execute(_TABLE)
        connection.pgconn.prepare(b"floor", b"INSERT INTO floor VALUES ($1, $2, $3)", [INT8, TEXT, TEXT])

    def by_psycopg(self) -> None:
        self._connection.execute(_INSERT, (next(self._ids), "step", "1"), prepare=True)

    def by_libpq(self) -> None:
        row = [struct.pack("!q", next(self._ids)), b"step", b"1"]
        self._connection.pgconn.exec_prepared(b"floor", row, [1, 1, 1], 1)


class Watched:
    """An engine whose committer's statements are timed, or answered at once."""

    def __init__(self, engine: Engine) -> None:
        self._core = engine._core
        self._session = self._core.store._commit_session  # type: ignore[attr-defined]
        self._execute = self._session.execute
        self._store = self._core.committer._settler._store
        self.seconds = 0.0
        self._session.execute = self._timed

    def _timed(self, connection: psycopg.Connection[Any], statement: Statement, row: list[bytes | None]) -> object:
        start = time.perf_counter()
        result = self._execute(connection, statement, row)
        self.seconds += time.perf_counter() - start
        return result

    def commit(self, entries: Sequence[Entry], again: bool) -> list[Outcome]:
        """Say that all is durable; in the place of the store's."""
        return [Outcome.DONE] * len(entries)

    def answer_at_once(self, at_once: bool) -> None:
        self._core.committer._settler._store = self if at_once else self._store  # type: ignore[assignment]


def _timed(run: Callable[[], object], count: int) -> float:
    """Return the microseconds that one of `count` calls takes, where the same has just been done."""
    for _ in range(count):
        run()
    start = time.perf_counter()
    for _ in range(count):
        run()
    return (time.perf_counter() - start) / count * 1e6


def measure(url: str, rounds: int) -> dict[str, list[float]]:
    """Return what each part took in each round."""
    found: dict[str, list[float]] = {}
    with psycopg.connect(url, autocommit=True) as connection, Engine(url) as engine:
        floor, watched = Floor(connection), Watched(engine)
        for number in range(-10, rounds):
            took = {
                "floor: a commit of one row by psycopg": _timed(floor.by_psycopg, STEPS),
                "of it: server, disk and libpq": _timed(floor.by_libpq, STEPS),
            }
            workflow(STEPS)
            watched.seconds = 0.0
            start = time.perf_counter()
            workflow(STEPS)
            whole, stated = time.perf_counter() - start, watched.seconds
            took["holdfast: a step"] = whole / STEPS * 1e6
            took["of it: server, disk and libpq, fenced and recorded"] = stated / STEPS * 1e6
            took["of it: the engine, between two commits"] = (whole - stated) / STEPS * 1e6
            watched.answer_at_once(True)
            took["the engine again, without the waits, so from warm caches"] = (
                _timed(lambda: workflow(STEPS), 20) / STEPS
            )
            watched.answer_at_once(False)
            if number >= 0:
                for part, micros in took.items():
                    found.setdefault(part, []).append(micros)
    return found


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with PostgresServer() as server:
        found = measure(server.url(server.create_database()), rounds)
    floor = statistics.median(found["floor: a commit of one row by psycopg"])
    print("| | µs | × the floor |\n|---|---|---|")
    for part, micros in found.items():
        median = statistics.median(micros)
        print(f"| {part} | {median:.0f} | {median / floor:.2f} |")


if __name__ == "__main__":
    main()
