"""The least privileges that the documentation names suffice, and nothing beyond them is possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgres_server import PostgresServer

import holdfast
from holdfast import Client, Engine, State, step, workflow
from holdfast.store import open_store

PAGE = Path(__file__).parents[3] / "docs" / "runtime" / "postgres.md"
ROLES = ("holdfast_worker", "holdfast_client", "holdfast_enqueuer", "holdfast_reader")


@step
def number(value: int) -> int:
    if value < 0:
        raise ValueError("less than nothing")
    return value


@workflow
def child(value: int) -> int:
    return number(value)


@workflow
def everything(value: int) -> int:
    total = number(value) + child(value)
    holdfast.sleep(0.05)
    if total < 10:
        holdfast.continue_as_new(total)
    return total


@workflow
def failing() -> int:
    return number(-1)


@pytest.fixture
def urls(postgres_server: PostgresServer) -> Iterator[dict[str, str]]:
    """The url of one database for each role, and for its owner as `owner`."""
    name = postgres_server.create_database()
    owner = postgres_server.url(name)
    store = open_store(owner)
    store.migrate()
    store.close()
    grants = re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    found = {"owner": owner}
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for block in grants:
            connection.execute(block)
        for role in ROLES:
            connection.execute(f"ALTER ROLE {role} LOGIN PASSWORD 'secret'")
            found[role] = re.sub(r"//[^@]*@", f"//{role}:secret@", owner)
    yield found
    with psycopg.connect(owner, autocommit=True) as connection:
        for role in ROLES:
            connection.execute(f"DROP OWNED BY {role}")
            connection.execute(f"DROP ROLE {role}")
    postgres_server.drop_database(name)


def test_a_worker_does_everything_but_change_the_schema(urls: dict[str, str]) -> None:
    with Engine(urls["holdfast_worker"], migrate=False, suspend_after=0.01, lease=0.5) as engine:
        assert engine.run(everything, 1, id="e") == 16
        assert engine.enqueue(everything, 5, delay=0.05).result(20) == 10
        with pytest.raises(ValueError, match="less than nothing"):
            engine.run(failing, id="f")
        engine.resume("f")
        assert engine.fork("e", at=0).result(20) == 16
        engine._core.pulse.beat()
        engine._core.store.take_over(3)
    with psycopg.connect(urls["holdfast_worker"]) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DROP TABLE holdfast.workflow")


def test_a_client_manages_and_is_no_worker(urls: dict[str, str]) -> None:
    with Engine(urls["owner"]) as engine, Client(urls["holdfast_client"]) as client:
        with pytest.raises(ValueError, match="less than nothing"):
            engine.run(failing, id="f")
        client.resume("f")
        with pytest.raises(ValueError, match="less than nothing"):
            engine.handle("f").result(20)
        handle = client.enqueue(child, 1, delay=60)
        assert client.cancel(handle.id)
        assert client.fork(handle.id, new_id="new").result(20) == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        Engine(urls["holdfast_client"], migrate=False).launch()


def test_an_enqueuer_enqueues_and_changes_nothing(urls: dict[str, str]) -> None:
    with Client(urls["holdfast_enqueuer"]) as client:
        assert client.enqueue(child, 1, id="c").state is State.QUEUED
        assert client.enqueue(child, 1, id="c").id == "c"
        with pytest.raises(holdfast.WorkflowConflict):
            client.enqueue(child, 2, id="c")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            client.cancel("c")


def test_a_reader_only_looks(urls: dict[str, str]) -> None:
    with Engine(urls["owner"]) as engine:
        engine.run(everything, 5, id="e")
    with Client(urls["holdfast_reader"]) as client:
        assert client.get("e").result == 10
        assert [each.id for each in client.list(name=everything.name)] == ["e"]
        assert len(client.history("e")) == 3
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            client.enqueue(child, 1)
