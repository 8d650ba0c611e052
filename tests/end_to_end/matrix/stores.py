"""Stores whose database is struck in the middle of an operation, and what is in the database afterwards."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, LiteralString, Protocol
from urllib.parse import quote

import psycopg
from cutting_proxy import CuttingProxy, Side
from matrix.executors import write_locked
from matrix.store_operations import OPERATIONS, arrange
from postgres_server import PostgresServer
from psycopg import sql

from holdfast import StoreUnavailable
from holdfast.store import Store, open_store

PATIENCE: Final = 20.0
END_SESSIONS: Final = sql.SQL(
    "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE application_name = 'holdfast'"
)
"""What a server that shuts down does to its clients."""
Contents = dict[str, list[tuple[Any, ...]]]
_PASSES_OVER: Final = ("prune",)
"""What skips rows that the session whose connection was cut still holds; the next one takes them."""


class Bench(Protocol):
    """A database with a bit of everything, and a store on it."""

    store: Store

    def refill(self) -> None:
        """Have the database as it was arranged."""

    def contents(self) -> Contents:
        """Return everything but times, by table."""

    def close(self) -> None:
        """Close every connection."""


def is_compared(column: str) -> bool:
    """Whether a column says the same after an operation that was repeated.

    Times do not, nor numbers of a sequence. A signal that is given once more wakes a workflow that finds nothing new, and
    waits on.
    """
    return column not in ("at", "number", "signals") and not column.endswith(("_at", "_until"))


class PostgresBench:
    """See `Bench`.

    Args:
        url: of a database.
        through: the url that the store uses.
        schema: of its own in that database.
    """

    def __init__(self, url: str, through: str, schema: str) -> None:
        self._url = url
        self._schema = schema
        self._connection: psycopg.Connection[Any] | None = None
        preparing = self._open(url, "-csynchronous_commit=off")
        preparing.migrate()
        self._execute(sql.SQL("CREATE TABLE {}.kept (value int)").format(sql.Identifier(schema)))
        arrange(preparing)
        preparing.close()
        self._columns: dict[str, list[str]] = {
            str(name): [str(column) for column in columns]
            for name, columns in self._execute(
                "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns"
                " WHERE table_schema = %s AND table_name <> 'migration' GROUP BY table_name ORDER BY table_name",
                (schema,),
            )
        }
        self._execute(self._for_each("CREATE TABLE {copy} AS TABLE {table}"))
        fill = [self._for_each("DELETE FROM {table}")]
        fill += [self._for_each("INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE {copy}")]
        self._fill = sql.SQL(";").join([sql.SQL("SET session_replication_role = replica"), *fill])
        self.store = self._open(through)
        self.close()

    def _open(self, url: str, *options: str) -> Store:
        given = quote(" ".join([f"-csearch_path={self._schema}", *options]))
        store = open_store(f"{url}{'&' if '?' in url else '?'}options={given}", self._schema)
        store.open()
        return store

    def _for_each(self, statement: LiteralString) -> sql.Composed:
        return sql.SQL(";").join(
            sql.SQL(statement).format(
                table=sql.Identifier(self._schema, name), copy=sql.Identifier(self._schema, f"{name} as arranged")
            )
            for name in self._columns
        )

    def _execute(self, statement: Any, parameters: tuple[str, ...] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement beside the store; the server may have been restarted since the last one."""
        for _ in range(2):
            if self._connection is None or self._connection.closed:
                self._connection = psycopg.connect(self._url, autocommit=True, application_name="test")
            try:
                cursor = self._connection.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                self._connection.close()
        raise AssertionError("the server does not serve")

    def refill(self) -> None:
        self._execute(self._fill)

    def contents(self) -> Contents:
        return {
            name: sorted(
                self._execute(
                    sql.SQL("SELECT {} FROM {}").format(
                        sql.SQL(", ").join(sql.Identifier(column) for column in columns if is_compared(column)),
                        sql.Identifier(self._schema, name),
                    )
                ),
                key=repr,
            )
            for name, columns in self._columns.items()
        }

    def lock(self, connection: psycopg.Connection[Any]) -> None:
        """Let every operation wait in the server until the transaction of `connection` ends."""
        connection.execute(self._for_each("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))

    def close(self) -> None:
        self.store.close()
        if self._connection is not None:
            self._connection.close()


class SqliteBench:
    """See `Bench`.

    Args:
        file: of the database.
    """

    def __init__(self, file: Path) -> None:
        self.url = f"sqlite:///{file}?timeout=0.02"
        self.store = open_store(self.url)
        self.store.open()
        self.store.migrate()
        self._direct = sqlite3.connect(file, isolation_level=None, timeout=30)
        self._direct.execute("CREATE TABLE kept (value int)")
        arrange(self.store)
        self._arranged = sqlite3.connect(":memory:")
        self._direct.backup(self._arranged)
        names = self._direct.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        self._names = [str(name) for (name,) in names if not name.endswith("_migration")]

    def refill(self) -> None:
        self._arranged.backup(self._direct)

    def contents(self) -> Contents:
        found: Contents = {}
        for name in self._names:
            rows = self._direct.execute(f"SELECT * FROM {name}")
            compared = [index for index, column in enumerate(rows.description) if is_compared(column[0])]
            found[name] = sorted((tuple(row[index] for index in compared) for row in rows), key=repr)
        return found

    def close(self) -> None:
        self.store.close()
        self._direct.close()
        self._arranged.close()


def undisturbed(bench: Bench, name: str) -> Contents:
    """Nothing happens."""
    bench.refill()
    bench.store.close()  # another fault may have left a broken connection
    OPERATIONS[name](bench.store, False)
    return bench.contents()


def repeated(bench: Bench, name: str) -> None:
    """Do an operation as an engine does: again until it is done."""
    deadline = time.monotonic() + PATIENCE
    again = False
    while True:
        try:
            OPERATIONS[name](bench.store, again)
            return
        except StoreUnavailable:
            assert time.monotonic() < deadline, f"`{name}` was not done in {PATIENCE} s"
            again = True
            time.sleep(0.01)


def cut(bench: Bench, proxy: CuttingProxy, name: str, side: Side, expected: Contents) -> Contents:
    """The connection is cut at every exchange in turn; return what is in the database after the first that shows."""
    bench.refill()
    bench.store.close()
    OPERATIONS[name](bench.store, False)
    bench.refill()
    proxy.arm(None)
    OPERATIONS[name](bench.store, False)
    exchanges, cuts = proxy.exchanges, proxy.cuts
    for at in range(exchanges):
        bench.refill()
        proxy.arm(at, side)
        repeated(bench, name)
        proxy.arm(None)
        deadline = time.monotonic() + 5
        while name in _PASSES_OVER and bench.contents() != expected and time.monotonic() < deadline:
            OPERATIONS[name](bench.store, True)
        if bench.contents() != expected:
            break
    # How many packets carry a pipeline is for the kernel to say, so the last cut may find nothing left.
    assert proxy.cuts > cuts, f"`{name}` asked the server for nothing"
    return bench.contents()


def session_ended(bench: Bench, server: PostgresServer, name: str) -> Contents:
    """The server has ended the sessions while nobody used them."""
    bench.refill()
    server.execute(END_SESSIONS)
    repeated(bench, name)
    return bench.contents()


def locked_out(bench: SqliteBench, name: str) -> Contents:
    """Another program holds the file's lock for longer than a write waits."""
    bench.refill()
    again = False
    with write_locked(bench.url):
        try:
            OPERATIONS[name](bench.store, False)
        except StoreUnavailable:
            again = True
    if again:
        repeated(bench, name)
    return bench.contents()


class Benches:
    """One for each operation, in a schema of its own.

    Args:
        server: to be stopped.
    """

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._url = url = server.url(server.create_database())
        with ThreadPoolExecutor(4) as pool:
            made = pool.map(lambda number: PostgresBench(url, url, f"m{number}"), range(len(OPERATIONS)))
            self._benches = dict(zip(OPERATIONS, made, strict=True))

    def restarted(self, mode: str) -> dict[str, Contents]:
        """Every operation is in the middle of its statement when the server goes down."""
        for bench in self._benches.values():
            bench.refill()
        self.close()
        with ThreadPoolExecutor(len(self._benches)) as pool:
            locking = psycopg.connect(self._url, application_name="test")
            for bench in self._benches.values():
                bench.lock(locking)
            doing = [pool.submit(repeated, bench, name) for name, bench in self._benches.items()]
            self._wait_in_server(doing)
            self._server.stop(mode)
            self._server.start()
            locking.close()
        for each in doing:
            each.result()
        found = {name: bench.contents() for name, bench in self._benches.items()}
        self.close()
        return found

    def _wait_in_server(self, doing: list[Future[None]]) -> None:
        question = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'holdfast'"
        )
        deadline = time.monotonic() + PATIENCE
        with psycopg.connect(self._url, application_name="test", autocommit=True) as looking:
            while looking.execute(question).fetchone() != (left := sum(not each.done() for each in doing),):
                assert time.monotonic() < deadline, "not every operation came to the server"
                time.sleep(0.01)
        assert left > len(doing) / 2

    def close(self) -> None:
        """Close every connection; there are many, and the server has others to serve."""
        for bench in self._benches.values():
            bench.close()
