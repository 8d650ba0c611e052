"""Holdfast through a pooler in transaction mode, where each transaction may run on another server connection.

Always through a small one of our own, and through PgBouncer too where that is installed. Its settings:
`pool_mode = transaction`; `ignore_startup_parameters` need not name anything of Holdfast's. Notifications do not pass
through, so work that another process enqueues is found by polling.
"""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from pooling_proxy import PoolingProxy
from postgres_server import PostgresServer
from programs_found import PGBOUNCER

import holdfast
from holdfast import Engine

_SETTINGS = """
[databases]
{database} = host=127.0.0.1 port={port} dbname={database} user=postgres password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 200
"""


@holdfast.step
def act(number: int) -> int:
    return number * 2


@holdfast.transaction
def insert(tx: Any, number: int) -> int:
    tx.execute("INSERT INTO kept VALUES (%s)", (number,))
    return number


@holdfast.workflow
def child(number: int) -> int:
    return act(number)


@holdfast.workflow
def parent(number: int) -> int:
    total = sum(act(n) for n in range(3)) + insert(number)
    holdfast.sleep(0.01)
    return total + child(number)


@pytest.fixture(params=["proxy", *(["pgbouncer"] if PGBOUNCER else [])])
def pooled_url(request: pytest.FixtureRequest, postgres_server: PostgresServer, postgres_url: str) -> Iterator[str]:
    """The url of a fresh database behind a pooler, with a table `kept`."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    with (_behind_proxy if request.param == "proxy" else _behind_pgbouncer)(postgres_server, postgres_url) as url:
        yield url


@contextmanager
def _behind_proxy(server: PostgresServer, postgres_url: str) -> Iterator[str]:
    with PoolingProxy(postgres_url, size=4) as proxy:
        yield f"postgresql://anyone@127.0.0.1:{proxy.port}{urlsplit(postgres_url).path}"
        assert not proxy.refused
        assert proxy.switches > 20


@contextmanager
def _behind_pgbouncer(server: PostgresServer, postgres_url: str) -> Iterator[str]:
    assert PGBOUNCER is not None
    direct = urlsplit(postgres_url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="holdfast-pgbouncer-") as folder:
        Path(folder).chmod(0o755)
        settings = Path(folder) / "pgbouncer.ini"
        parts = {"database": direct.path.lstrip("/"), "port": direct.port, "password": direct.password}
        settings.write_text(_SETTINGS.format(listen=listen, **parts))
        process = subprocess.Popen([PGBOUNCER, str(settings)], cwd=folder, stderr=subprocess.PIPE, **server.identity())
        url = f"postgresql://anyone@127.0.0.1:{listen}{direct.path}"
        try:
            _wait(url, process)
            yield url
        finally:
            process.kill()
            process.communicate()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            assert process.poll() is None, process.communicate()[1].decode()
            time.sleep(0.05)
    raise AssertionError("pgbouncer did not answer")


def test_workflows_run_through_a_pooler_in_transaction_mode(pooled_url: str, postgres_url: str) -> None:
    with Engine(pooled_url, executor="a") as first, Engine(pooled_url, executor="b") as second:
        handles = [engine.start(parent, n, id=f"p{n}") for n in range(40) for engine in (first, second)]
        assert [handle.result(timeout=60) for handle in handles[::2]] == [6 + 3 * n for n in range(40)]
        assert [len(second.history(f"p{n}")) for n in range(40)] == [6] * 40
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute("SELECT n FROM kept ORDER BY n").fetchall()
    assert rows == [(n,) for n in range(40)]


def test_two_schemas_behind_one_pooler_stay_apart(pooled_url: str) -> None:
    with Engine(pooled_url, schema="one") as one, Engine(pooled_url, schema="two") as two:
        for n in range(20):
            for name, engine in (("one", one), ("two", two)):
                engine.run(parent, n, id=f"{name}/{n}")
        for name, engine in (("one", one), ("two", two)):
            ids = {record.id for record in engine.list(limit=1000) if record.parent is None}
            assert ids == {f"{name}/{n}" for n in range(20)}
            assert all(len(engine.history(each)) == 6 for each in ids)
