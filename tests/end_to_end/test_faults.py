"""Faults of the database and bad input: a clear error or a short wait, and nothing recorded is lost."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import psycopg
import pytest
from postgres_server import PostgresServer
from psycopg import sql

import holdfast
from holdfast import Engine, Retry
from holdfast.errors import InvalidId, StepTimeout, StoreUnavailable, UnknownWorkflow, WorkflowConflict
from holdfast.store import open_store
from holdfast.store.port import Store
from holdfast.values import UnstorableValue, ValueTooLarge

calls: list[str] = []
hook: dict[str, Callable[[], object]] = {}


@pytest.fixture(autouse=True)
def _fresh_calls() -> Iterator[None]:
    calls.clear()
    hook.clear()
    yield
    hook.clear()


@holdfast.step
def act(name: str) -> str:
    calls.append(name)
    hook.get(name, bool)()
    return f"{name} done"


@holdfast.workflow
def three(prefix: str) -> list[str]:
    return [act(f"{prefix}{number}") for number in range(3)]


@holdfast.transaction
def insert(tx: Any, value: int) -> int:
    tx.execute("INSERT INTO kept VALUES (%s)", (value,))
    return value


@holdfast.workflow
def keep(value: int) -> int:
    act("before")
    insert(value)
    act("after")
    return value


def database_of(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


# -- the database is away


def test_a_database_that_is_away_at_launch_is_named_without_its_password() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"postgresql://me:secret-word@127.0.0.1:{free.getsockname()[1]}/app"
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1") as caught:
        Engine(url).__enter__()
    assert "secret-word" not in "".join(str(part) for part in (caught.value, caught.value.__cause__))


def test_a_folder_that_does_not_exist_is_named(tmp_path: Any) -> None:
    with pytest.raises(StoreUnavailable, match="missing"):
        Engine(f"sqlite:///{tmp_path / 'missing' / 'app.db'}").__enter__()


@pytest.mark.parametrize("fault", ["restart", "kill", "drop"])
def test_a_workflow_goes_on_after_the_database_was_away(
    postgres_server: PostgresServer, postgres_url: str, fault: str
) -> None:
    def strike() -> None:
        if fault == "drop":
            postgres_server.terminate_sessions(database_of(postgres_url))
        elif fault == "kill":
            postgres_server.kill()
            threading.Timer(0.5, postgres_server.start).start()
        else:
            postgres_server.restart()

    hook["a1"] = strike
    with Engine(postgres_url) as engine:
        assert engine.run(three, "a", id="a") == ["a0 done", "a1 done", "a2 done"]
        assert engine.run(three, "b") == ["b0 done", "b1 done", "b2 done"]
        assert len(engine.history("a")) == 3
    assert calls == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_a_start_while_the_database_is_away_is_durable_or_raises(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    with Engine(postgres_url) as engine:
        engine.run(three, "w")
        postgres_server.stop()
        threading.Timer(1.0, postgres_server.start).start()
        try:
            handle = engine.start(three, "x", id="x")
        except StoreUnavailable:
            postgres_server.start()
            handle = engine.start(three, "x", id="x")
        assert handle.result(timeout=60) == ["x0 done", "x1 done", "x2 done"]


def test_connections_dropped_again_and_again_lose_nothing(postgres_server: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    stop = threading.Event()

    def drop() -> None:
        while not stop.wait(0.15):
            postgres_server.terminate_sessions(database_of(postgres_url))

    dropper = threading.Thread(target=drop)
    with Engine(postgres_url) as engine:
        dropper.start()
        try:
            handles = [engine.start(keep, number, id=f"keep/{number}") for number in range(40)]
            results = [handle.result(timeout=60) for handle in handles]
        finally:
            stop.set()
            dropper.join()
    assert results == list(range(40))
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute("SELECT n, count(*) FROM kept GROUP BY n ORDER BY n").fetchall()
    assert rows == [(number, 1) for number in range(40)]


class AnswerLost:
    """A store whose first answer to one operation is lost after the database has done it."""

    def __init__(self, store: Store, operation: str) -> None:
        self._store = store
        self._operation: str | None = operation

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name != self._operation:
            return found

        def lose(*arguments: Any) -> Any:
            answer = found(*arguments)
            if answer:
                self._operation = None
                raise StoreUnavailable("the answer was lost")
            return answer

        return lose


@pytest.mark.parametrize("operation", ["claim", "load", "commit"])
def test_work_whose_claim_or_commit_was_never_answered_is_done_all_the_same(store_url: str, operation: str) -> None:
    with Engine(store_url, executor="idle") as other:
        other.enqueue(three, "a", delay=3600, id="a")
    store = AnswerLost(open_store(store_url), operation)
    with Engine(store=cast(Store, store), lease=0.6) as engine:
        engine.resume("a")
        assert engine.handle("a").result(timeout=30) == ["a0 done", "a1 done", "a2 done"]
    assert calls == ["a0", "a1", "a2"]


# -- the database refuses: a trigger raises what a server would


def refuse(url: str, tables: str, sqlstate: str, times: int) -> None:
    """Have the next `times` inserts into the tables of schema `tables` fail with an SQLSTATE."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE public.refusals")
        connection.execute("GRANT ALL ON SEQUENCE public.refusals TO PUBLIC")
        connection.execute(
            sql.SQL(
                "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " IF nextval('public.refusals') <= {} THEN"
                " RAISE EXCEPTION 'injected' USING ERRCODE = {}; END IF; RETURN NULL; END $$"
            ).format(sql.Literal(times), sql.Literal(sqlstate))
        )
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (tables,)).fetchall()
        assert names, f"no tables in schema {tables}"
        for (name,) in names:
            table = sql.Identifier(tables, name)
            connection.execute(
                sql.SQL("CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON {} EXECUTE FUNCTION public.refuse()").format(
                    table
                )
            )


@pytest.mark.parametrize(
    "sqlstate",
    [
        pytest.param("53100", id="disk full"),
        pytest.param("53200", id="out of memory"),
        pytest.param("40001", id="serialization failure"),
        pytest.param("40P01", id="deadlock"),
        pytest.param("25006", id="read only, as after a failover"),
        pytest.param("57P01", id="administrator's shutdown"),
    ],
)
def test_a_database_that_refuses_for_a_while_delays_and_loses_nothing(postgres_url: str, sqlstate: str) -> None:
    with Engine(postgres_url) as engine:
        engine.run(three, "warm")
        calls.clear()
        hook["a0"] = lambda: refuse(postgres_url, "holdfast", sqlstate, 3)
        assert engine.run(three, "a", id="a") == ["a0 done", "a1 done", "a2 done"]
        assert len(engine.history("a")) == 3
    assert calls == ["a0", "a1", "a2"]


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_transaction_that_loses_a_conflict_runs_again_and_happens_once(postgres_url: str, sqlstate: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    refuse(postgres_url, "public", sqlstate, 2)
    with Engine(postgres_url) as engine:
        assert engine.run(keep, 7) == 7
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
    assert calls == ["before", "after"]


@holdfast.transaction
def lock_both(tx: Any, first: int, second: int) -> None:
    tx.execute("UPDATE accounts SET n = n + 1 WHERE id = %s", (first,))
    hook["between"]()
    tx.execute("UPDATE accounts SET n = n + 1 WHERE id = %s", (second,))


@holdfast.workflow
def transfer(first: int, second: int) -> None:
    lock_both(first, second)


def test_a_real_deadlock_is_broken_and_both_transactions_happen_once(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE accounts (id int PRIMARY KEY, n int)")
        connection.execute("INSERT INTO accounts VALUES (1, 0), (2, 0)")
    barrier = threading.Barrier(2, timeout=5)
    met: list[int] = []

    def meet() -> None:
        if len(met) < 2:
            met.append(1)
            barrier.wait()

    hook["between"] = meet
    with Engine(postgres_url) as engine:
        handles = [engine.start(transfer, 1, 2), engine.start(transfer, 2, 1)]
        for handle in handles:
            handle.result(timeout=60)
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT id, n FROM accounts ORDER BY id").fetchall() == [(1, 2), (2, 2)]


# -- steps and values


@holdfast.step(timeout=0.2, retries=Retry(attempts=2, first=0.01))
def never() -> None:
    calls.append("never")
    time.sleep(3)


@holdfast.step(timeout=0.2)
async def never_async() -> None:
    calls.append("never")
    import asyncio

    await asyncio.sleep(3600)


@holdfast.workflow
def waits() -> str:
    try:
        never()
    except TimeoutError as error:
        return str(error)
    return "returned"


@holdfast.workflow
async def waits_async() -> None:
    await never_async()


def test_a_step_that_never_returns_times_out(store_url: str) -> None:
    with Engine(store_url) as engine:
        said = engine.run(waits)
        assert "never" in said
        assert "0.2" in said
        assert calls == ["never", "never"]
        with pytest.raises(StepTimeout, match="never_async"):
            engine.run(waits_async)


@holdfast.step
def returns(what: str) -> Any:
    calls.append(what)
    return {"object": {"deep": [object()]}, "large": "x" * 5_000_000, "nul": "a\0b"}[what]


@holdfast.workflow
def stores(what: str) -> Any:
    return returns(what)


def test_a_value_that_cannot_be_stored_names_step_and_place(store_url: str) -> None:
    with Engine(store_url) as engine:
        with pytest.raises(UnstorableValue, match=r"returns.*value\['deep'\]\[0\].*object"):
            engine.run(stores, "object", id="o")
        assert engine.get("o").state == "failed"
        with pytest.raises(ValueTooLarge, match=r"returns.*5,000,002 bytes.*4,194,304"):
            engine.run(stores, "large")


def test_nul_characters_survive(store_url: str) -> None:
    with Engine(store_url) as engine:
        assert engine.run(stores, "nul", id="n") == "a\0b"
        assert engine.get("n").result == "a\0b"
        assert engine.run(three, "\0") == ["\x000 done", "\x001 done", "\x002 done"]


# -- ids


@pytest.mark.parametrize("bad", ["", "x" * 10_000, "a\0b"], ids=["empty", "too long", "NUL"])
def test_bad_ids_are_refused(store_url: str, bad: str) -> None:
    with Engine(store_url) as engine:
        with pytest.raises(InvalidId):
            engine.start(three, "a", id=bad)
        assert list(engine.list()) == []
    assert calls == []


def test_an_id_is_one_workflow(store_url: str) -> None:
    with Engine(store_url) as engine:
        assert engine.run(three, "a", id="one") == ["a0 done", "a1 done", "a2 done"]
        assert engine.run(three, "a", id="one") == ["a0 done", "a1 done", "a2 done"]
        assert calls == ["a0", "a1", "a2"]
        with pytest.raises(WorkflowConflict, match="one"):
            engine.start(three, "b", id="one")
        with pytest.raises(WorkflowConflict, match="one"):
            engine.start(waits, id="one")
        with pytest.raises(UnknownWorkflow, match="other"):
            engine.get("other")
    assert calls == ["a0", "a1", "a2"]


def test_an_id_with_any_characters_is_kept(store_url: str) -> None:
    name = "ünï/%s;'\"--\n\t%(x)s{}"
    with Engine(store_url) as engine:
        engine.run(three, "a", id=name)
        assert engine.get(name).id == name
