"""What each operation costs on Postgres, counted from the server's own log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from postgres_server import PostgresServer

import holdfast
from holdfast import Engine, step, workflow


@step
def one(number: int) -> int:
    return number


@step
async def one_later(number: int) -> int:
    return number


@workflow
def steps(count: int) -> int:
    return sum(one(number) for number in range(count))


@workflow
async def steps_later(count: int) -> int:
    return sum([await one_later(number) for number in range(count)])


@workflow
async def steps_together(count: int) -> int:
    return sum(await asyncio.gather(*(one_later(number) for number in range(count))))


@workflow
def asleep() -> None:
    holdfast.sleep(0.001)


@holdfast.transaction
def select(tx) -> int:  # type: ignore[no-untyped-def]
    return int(tx.execute("SELECT 41 + 1").fetchone()[0])


@workflow
def selecting() -> int:
    return select()


Counter = Callable[[Callable[[], object]], list[str]]


@pytest.fixture
def engine(postgres_server: PostgresServer) -> Iterator[tuple[Engine, Counter]]:
    name = postgres_server.create_database()
    # The lease and the store's polling are long, so that nothing but the operation itself is counted.
    with Engine(postgres_server.url(name), lease=600.0) as engine:
        for unit in (steps, steps_later):
            engine.run(unit, 2)
        engine.run(selecting)
        engine._core.store.poll = 600.0
    postgres_server.log_statements(name)
    engine = Engine(postgres_server.url(name), lease=600.0)
    engine._core.store.poll = 600.0
    with engine:
        for unit in (steps, steps_later):
            engine.run(unit, 2)
        engine.run(selecting)

        def count(operation: Callable[[], object]) -> list[str]:
            before = len(postgres_server.logged_statements(name))
            operation()
            return postgres_server.logged_statements(name)[before:]

        yield engine, count
    postgres_server.drop_database(name)


@pytest.mark.parametrize("unit", [steps, steps_later])
@pytest.mark.parametrize("count", [2, 5, 9])
def test_a_step_is_one_statement(
    engine: tuple[Engine, Counter], unit: holdfast.Workflow[[int], int], count: int
) -> None:
    face, counted = engine
    # The start shares the first checkpoint's statement, the end the last one's.
    # On a machine that is busy elsewhere the first step may come too late for that, so one run of three must do.
    assert min(len(counted(lambda: face.run(unit, count))) for _ in range(3)) == count


def test_a_named_start_is_one_statement_more(engine: tuple[Engine, Counter]) -> None:
    face, counted = engine
    statements = counted(lambda: face.run(steps, 3, id="named"))
    assert len(statements) == 4
    assert all(statement.lstrip().upper().startswith(("INSERT", "WITH")) for statement in statements)


def test_a_fresh_run_reads_nothing(engine: tuple[Engine, Counter]) -> None:
    face, counted = engine
    handle = None

    def operation() -> None:
        nonlocal handle
        handle = face.start(steps, 3, id="started")
        assert handle.result(10) == 3

    assert not [each for each in counted(operation) if each.lstrip().upper().startswith("SELECT")]


def test_concurrent_steps_share_statements(engine: tuple[Engine, Counter]) -> None:
    face, counted = engine
    assert len(counted(lambda: face.run(steps_together, 50))) < 15


def test_a_sleep_is_one_statement(engine: tuple[Engine, Counter]) -> None:
    face, counted = engine
    assert len(counted(lambda: face.run(asleep))) == 2


def test_a_transaction_adds_its_checkpoint_and_nothing_else(engine: tuple[Engine, Counter]) -> None:
    face, counted = engine
    statements = [each.split()[0].upper() for each in counted(lambda: face.run(selecting))]
    # The workflow's row, the user's transaction with its checkpoint, and the end.
    assert statements == ["INSERT", "BEGIN", "SELECT", "INSERT", "COMMIT", "UPDATE"]
