"""Workflows that are enqueued, and messages that are sent, with the caller's own transaction: all of it or nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

import holdfast
from holdfast import Client, Engine, OutsideWorkflow, State, UnknownWorkflow, WorkflowConflict, workflow


@workflow
def doubled(number: int) -> int:
    return number * 2


@workflow
def listens() -> object:
    return holdfast.receive("t")


def connect(url: str) -> Any:
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
    return psycopg.connect(url, row_factory=dict_row)  # type: ignore[arg-type]


def test_what_commits_happens(store_url: str) -> None:
    with Engine(store_url) as engine:
        listening = engine.start(listens, id="listens")
        own = connect(store_url)
        own.execute("CREATE TABLE orders (id text)")
        own.commit()
        own.execute("INSERT INTO orders VALUES ('o')")
        inside = engine.in_transaction(own)
        handles = [inside.enqueue(doubled, 4, id="w"), inside.start(doubled, 5), inside.enqueue("nobody-has-it", 1)]
        inside.send("listens", {"a": 1}, topic="t", key="k")
        inside.send("listens", {"a": 1}, topic="t", key="k")
        with Client(store_url) as other, pytest.raises(UnknownWorkflow):
            other.get("w")
        own.commit()
        assert [each.result(timeout=20) for each in handles[:2]] == [8, 10]
        assert handles[2].state is State.QUEUED
        assert listening.result(timeout=20) == {"a": 1}
        own.close()


def test_what_rolls_back_never_was(store_url: str) -> None:
    with Engine(store_url) as engine:
        own = connect(store_url)
        inside = engine.in_transaction(own)
        inside.enqueue(doubled, 4, id="w")
        own.rollback()
        with pytest.raises(UnknownWorkflow):
            engine.get("w")
        own.close()


def test_an_id_is_one_workflow_inside_a_transaction_too(store_url: str) -> None:
    # While the caller's transaction is open, SQLite lets nobody else write: the engine asks again and again.
    url = f"{store_url}?timeout=0.1" if store_url.startswith("sqlite") else store_url
    with Engine(url) as engine:
        engine.run(doubled, 1, id="before")
        own = connect(store_url)
        inside = engine.in_transaction(own)
        for _ in range(2):
            inside.enqueue(doubled, 4, id="w")
        assert inside.enqueue(doubled, 1, id="before").result(timeout=10) == 2
        for id in ("w", "before"):
            with pytest.raises(WorkflowConflict, match="other arguments"):
                inside.enqueue(doubled, 5, id=id)
        with pytest.raises(UnknownWorkflow):
            inside.send("nobody", 1)
        own.commit()
        assert engine.handle("w").result(timeout=20) == 8
        own.close()


@pytest.mark.parametrize("commits", [True, False])
def test_async_connections(postgres_url: str, commits: bool) -> None:
    async def work() -> None:
        async with await psycopg.AsyncConnection.connect(postgres_url) as own:
            inside = engine.in_transaction(own)
            await inside.enqueue(doubled, 4, id="w")
            await inside.send("listens", 3, topic="t")
            await (own.commit() if commits else own.rollback())

    with Engine(postgres_url) as engine:
        engine.start(listens, id="listens")
        asyncio.run(work())
        if commits:
            assert engine.handle("w").result(timeout=20) == 8
            assert engine.handle("listens").result(timeout=20) == 3
        else:
            assert [each.id for each in engine.list()] == ["listens"]


def test_connections_that_would_not_take_part(store_url: str, tmp_path: Any) -> None:
    with Engine(store_url) as engine:
        with pytest.raises(TypeError, match="connection is needed"):
            engine.in_transaction(object())
        own = connect(store_url)
        if isinstance(own, sqlite3.Connection):
            own.isolation_level = None
            with sqlite3.connect(tmp_path / "other.db") as other, pytest.raises(ValueError, match=r"not to .*app\.db"):
                engine.in_transaction(other)
        else:
            own.autocommit = True
        with pytest.raises(ValueError, match="no transaction is open"):
            engine.in_transaction(own)
        own.close()


@workflow
def reckless(url: str) -> None:
    Client(url).in_transaction(None)


def test_workflow_code_is_told_what_to_use_instead(store_url: str) -> None:
    with Engine(store_url) as engine, pytest.raises(OutsideWorkflow, match="in_transaction"):
        engine.run(reckless, store_url)
