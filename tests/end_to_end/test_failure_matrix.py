"""Every operation, struck by every fault: afterwards the database says what it would say had nothing happened.

Operations of the store are struck one by one: connections are cut at every exchange on either side of the server, the server
ends sessions, or restarts while all of them are in the middle of their statements. Operations of workflow code are struck in
real processes, all of them at once in the middle of what they do: killed, paused and woken when another executor has taken
over, with clocks that are an hour off, over a server that restarts. Below, whole engines under all of that at once.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import every_operation
import psycopg
import pytest
from cutting_proxy import CuttingProxy, Side
from matrix import executors, stores
from matrix.store_operations import OPERATIONS
from postgres_server import PostgresServer

import holdfast
from holdfast import Engine, step, transaction, workflow

SECONDS = min(20.0, float(os.environ.get("HOLDFAST_CRASH_SECONDS", "20")))


class Matrix:
    """What is found of each operation after each fault; what strikes all operations at once does so once.

    Args:
        server: of Postgres.
        folder: for files.
    """

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._stack = ExitStack()
        self._at_once: dict[tuple[str, str, bool], dict[str, Any]] = {}
        self._undisturbed: dict[tuple[str, str], Any] = {}

    def close(self) -> None:
        self._stack.close()

    def found(self, database: str, fault: str, operation: str) -> Any:
        """Return what is found of an operation."""
        if fault == NOTHING and (database, operation) in self._undisturbed:
            return self._undisturbed[database, operation]
        found = self._found(database, fault, operation)
        if fault == NOTHING:
            self._undisturbed[database, operation] = found
        return found

    def _found(self, database: str, fault: str, operation: str) -> Any:
        is_of_store = operation in OPERATIONS
        if is_of_store and fault in STORE_FAULTS[database]:
            return STORE_FAULTS[database][fault](self, operation)
        key = (database, fault, is_of_store)
        if key not in self._at_once:
            self._at_once[key] = self._strike(*key)
        return self._at_once[key][operation]

    def _strike(self, database: str, fault: str, is_of_store: bool) -> dict[str, Any]:
        if is_of_store:
            return self.benches.restarted(RESTARTS[fault])
        folder = self._folder / f"{database} {fault}"
        folder.mkdir()
        strike = EXECUTOR_FAULTS[database][fault]
        if database == "sqlite":
            return strike(self._server, f"sqlite:///{folder / 'app.db'}", folder)
        server = self.restartable if "restart" in fault else self._server
        name = server.create_database()
        try:
            return strike(server, server.url(name), folder)
        finally:
            server.drop_database(name)

    @cached_property
    def restartable(self) -> PostgresServer:
        """A server to be stopped. It syncs no files, which are many here: one that stops leaves them with the system."""
        return self._stack.enter_context(PostgresServer({"fsync": "off"}))

    @cached_property
    def proxy(self) -> CuttingProxy:
        """Stands before the server."""
        return self._stack.enter_context(CuttingProxy("127.0.0.1", self._server.port))

    @cached_property
    def postgres(self) -> stores.PostgresBench:
        """For what strikes one operation after the other."""
        url = self._server.url(self._server.create_database())
        through = url.replace(f":{self._server.port}/", f":{self.proxy.port}/") + "?sslmode=disable"
        bench = stores.PostgresBench(url, through, "holdfast")
        self._stack.callback(bench.close)
        return bench

    @cached_property
    def benches(self) -> stores.Benches:
        """For what strikes all operations at once."""
        benches = stores.Benches(self.restartable)
        self._stack.callback(benches.close)
        return benches

    @cached_property
    def sqlite(self) -> stores.SqliteBench:
        """The same."""
        bench = stores.SqliteBench(self._folder / "bench.db")
        self._stack.callback(bench.close)
        return bench

    def ended(self, operation: str) -> stores.Contents:
        """The server has ended the sessions."""
        return stores.session_ended(self.postgres, self._server, operation)

    def cut(self, side: Side, operation: str) -> stores.Contents:
        """The connection is cut on this side of the server."""
        expected = self.found("postgres", NOTHING, operation)
        return stores.cut(self.postgres, self.proxy, operation, side, expected)


NOTHING: Final = "nothing"
STORE_FAULTS: Final[dict[str, dict[str, Callable[[Matrix, str], stores.Contents]]]] = {
    "postgres": {
        NOTHING: lambda matrix, operation: stores.undisturbed(matrix.postgres, operation),
        "cut before send": lambda matrix, operation: matrix.cut("before", operation),
        "cut after send": lambda matrix, operation: matrix.cut("after", operation),
        "session ended": lambda matrix, operation: matrix.ended(operation),
    },
    "sqlite": {
        NOTHING: lambda matrix, operation: stores.undisturbed(matrix.sqlite, operation),
        "locked out": lambda matrix, operation: stores.locked_out(matrix.sqlite, operation),
    },
}
RESTARTS: Final = {"fast restart": "fast", "immediate restart": "immediate"}
EXECUTOR_FAULTS: Final = {"postgres": executors.POSTGRES, "sqlite": executors.SQLITE}
TABLE: Final = [
    (database, operation, fault)
    for database in ("postgres", "sqlite")
    for operations, faults in (
        (OPERATIONS, [*STORE_FAULTS[database], *(RESTARTS if database == "postgres" else ())]),
        (every_operation.OPERATIONS, EXECUTOR_FAULTS[database]),
    )
    for fault in faults
    for operation in operations
    if fault != NOTHING
]


@pytest.fixture(scope="module")
def matrix(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    """One for the whole table."""
    made = Matrix(postgres_server, tmp_path_factory.mktemp("matrix"))
    yield made
    made.close()


@pytest.mark.parametrize(("database", "operation", "fault"), [pytest.param(*row, id="-".join(row)) for row in TABLE])
def test_invariants_hold(matrix: Matrix, database: str, operation: str, fault: str) -> None:
    assert matrix.found(database, fault, operation) == matrix.found(database, NOTHING, operation)


PAIRS: Final = [(f"x{number}", f"y{number}") for number in range(3)]
COUNT: Final = 6


@step
def slow(number: int) -> int:
    time.sleep(0.01)
    return number


@transaction
def keep(tx: Any, workflow_id: str, number: int) -> None:
    tx.execute("INSERT INTO ledger VALUES (%s, %s)", (workflow_id, number))


@workflow
def talks(peer: str, count: int) -> list[int]:
    me = holdfast.current().id
    found = []
    for number in range(count):
        holdfast.send(peer, number, "talk")
        keep(me, number)
        holdfast.emit("said", number)
        found.append(holdfast.receive("talk", type=int))
        holdfast.set_value("last", number)
        slow(number)
    return found


def test_engines_under_cuts_and_ended_sessions(postgres_server: PostgresServer, postgres_url: str) -> None:
    """Two engines over connections that break all the time, on both sides; messages go to and fro."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE ledger (workflow text, number int)")
    with executors.through_proxy(postgres_url) as (proxy, url):
        _let_talk(proxy, postgres_server, url)
        assert proxy.cuts
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute("SELECT workflow, number FROM ledger ORDER BY 1, 2").fetchall()
    assert rows == sorted((id, number) for pair in PAIRS for id in pair for number in range(COUNT))


def _let_talk(proxy: CuttingProxy, server: PostgresServer, url: str) -> None:
    chance = random.Random(7)
    stopped = threading.Event()
    sides: tuple[Side, ...] = ("before", "after")

    def cut() -> None:
        while not stopped.wait(0.02):
            proxy.arm(chance.randrange(8), chance.choice(sides))

    with (
        Engine(url, executor="a", lease=5.0, suspend_after=0.05) as first,
        Engine(url, executor="b", lease=5.0, suspend_after=0.05) as second,
    ):
        for x, y in PAIRS:
            first.enqueue(talks, y, COUNT, id=x, delay=0.5)
            second.enqueue(talks, x, COUNT, id=y, delay=0.5)
        cutting = threading.Thread(target=cut, daemon=True)
        cutting.start()
        time.sleep(1.0)
        server.execute(stores.END_SESSIONS)
        time.sleep(min(3.0, SECONDS))
        stopped.set()
        cutting.join()
        proxy.arm(None)
        for id in (id for pair in PAIRS for id in pair):
            assert first.handle(id).result(timeout=3 * SECONDS) == list(range(COUNT))
            assert list(first.stream(id, "said")) == list(range(COUNT))
            assert first.values(id) == {"last": COUNT - 1}
