"""A disk that is full for a while: work waits, says why, and goes on where it was.

Postgres gets a real disk that is full where this account may mount one; what it answers then is simulated in `test_faults.py`
everywhere.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest
from postgres_server import PostgresServer
from processes import Process
from psycopg import sql
from small_disk import CAN_MOUNT, small_disk

import holdfast
from holdfast import Engine

ran: list[int] = []
held: list[sqlite3.Connection] = []


@holdfast.step
def write(number: int) -> str:
    ran.append(number)
    return "x" * 50_000


@holdfast.transaction
def fill_the_disk(tx: sqlite3.Connection) -> None:
    pages = tx.execute("PRAGMA page_count").fetchone()[0]
    tx.execute(f"PRAGMA max_page_count = {pages + 8}")
    held.append(tx)


@holdfast.workflow
def work() -> list[int]:
    write(0)
    fill_the_disk()
    return [len(write(number)) for number in range(1, 4)]


def free_the_disk() -> None:
    held[0].execute("PRAGMA max_page_count = 1000000")


def test_a_full_sqlite_file_delays_and_loses_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ran.clear()
    held.clear()
    with Engine(f"sqlite:///{tmp_path / 'app.db'}") as engine, caplog.at_level(logging.WARNING, "holdfast"):
        handle = engine.start(work, id="w")
        with pytest.raises(TimeoutError):
            handle.result(timeout=1)
        assert "full" in caplog.text
        threading.Timer(0.2, free_the_disk).start()
        assert handle.result(timeout=30) == [50_000] * 3
        assert len(engine.history("w")) == 5
    assert ran == [0, 1, 2, 3]


LIMITED = """
    import resource, sys, threading, time
    import holdfast
    from holdfast import Engine

    url, limit = sys.argv[1], int(sys.argv[2])

    @holdfast.step
    def write(number: int) -> str:
        print("step", number, flush=True)
        return "x" * 50_000

    @holdfast.workflow
    def work() -> int:
        return sum(len(write(number)) for number in range(20))

    def free() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("freed", flush=True)

    with Engine(url, executor="one") as engine:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        handle = engine.start(work, id="w")
        try:
            handle.result(timeout=1.5)
        except TimeoutError:
            print("delayed", flush=True)
        free()
        print("result", handle.result(timeout=30), flush=True)
"""


def test_files_that_may_not_grow_delay_and_lose_nothing(tmp_path: Path) -> None:
    script = tmp_path / "limited.py"
    script.write_text(textwrap.dedent(LIMITED))
    arguments: tuple[Any, ...] = (f"sqlite:///{tmp_path / 'app.db'}", 400_000)
    with Process(str(script), *arguments) as process:
        assert process.wait_for("result") == "result 1000000"
    steps = [line for line in process.lines if line.startswith("step ")]
    assert "delayed" in process.lines
    assert steps == [f"step {number}" for number in range(20)]


@holdfast.workflow
def long_work(count: int) -> int:
    return sum(len(write(number)) for number in range(count))


if CAN_MOUNT:

    def test_a_full_disk_of_postgres_delays_and_loses_nothing(
        postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        ran.clear()
        with small_disk(24) as disk:
            space, place = disk / "space", sql.Literal(str(disk / "space"))
            space.mkdir()
            account = postgres_server.identity()
            if account:
                os.chown(space, account["user"], account["group"])
            postgres_server.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(place))
            postgres_server.execute(sql.SQL("CREATE DATABASE on_small TEMPLATE template0 TABLESPACE small"))
            try:
                _fill_and_free(postgres_server.url("on_small"), disk / "filler", caplog)
            finally:
                postgres_server.drop_database("on_small")
                postgres_server.execute(sql.SQL("DROP TABLESPACE small"))


def _fill_and_free(url: str, filler: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Engine(url) as engine, caplog.at_level(logging.WARNING, "holdfast"):
        engine.run(long_work, 2)
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        ran.clear()
        handle = engine.start(long_work, 40, id="w")
        with pytest.raises(TimeoutError):
            handle.result(timeout=2)
        assert "No space left on device" in caplog.text
        filler.unlink()
        assert handle.result(timeout=60) == 40 * 50_000
        assert len(engine.history("w")) == 40
    assert ran == list(range(40))
