"""What each operation costs the server, counted in its log: promises of the design, checked statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from postgres_server import PostgresServer

import holdfast
from holdfast import Engine


@holdfast.step
def act(number: int) -> int:
    return number


@holdfast.transaction
def insert(tx: Any, number: int) -> int:
    tx.execute("INSERT INTO kept VALUES (%s)", (number,))
    return number


@holdfast.workflow
def steps(count: int) -> int:
    return sum(act(number) for number in range(count))


@holdfast.workflow
def transactions(count: int) -> int:
    return sum(insert(number) for number in range(count))


class Log:
    """The statements that the engine's own sessions have sent since the last look."""

    def __init__(self, server: PostgresServer, database: str) -> None:
        self._server = server
        self._database = database
        self._seen = 0

    def fresh(self) -> list[str]:
        """Return the statements of workflows since the last call; heartbeats and looks for work do not count."""
        everything = self._server.logged_statements(self._database, "holdfast")
        fresh, self._seen = everything[self._seen :], len(everything)
        return [
            statement
            for statement in fresh
            if re.search(r"\.checkpoint|BEGIN|COMMIT|kept|INTO \S+\.workflow|SET\s+state", statement)
        ]


@pytest.fixture
def log(postgres_server: PostgresServer, postgres_url: str) -> Iterator[Log]:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    database = urlsplit(postgres_url).path.lstrip("/")
    postgres_server.log_statements(database)
    return Log(postgres_server, database)


def cost(log: Log, engine: Engine, workflow: Any, count: int) -> list[str]:
    engine.run(workflow, 1)
    log.fresh()
    engine.run(workflow, count)
    return log.fresh()


def test_a_step_is_one_statement_and_a_fresh_run_reads_nothing(log: Log, postgres_url: str) -> None:
    with Engine(postgres_url) as engine:
        few, many = cost(log, engine, steps, 2), cost(log, engine, steps, 12)
    assert len(many) - len(few) == 10, many
    assert len(few) <= 2 + 1, few
    assert not any(statement.startswith(("SELECT", "BEGIN")) for statement in many), many


def test_a_transaction_is_its_own_sql_and_one_statement(log: Log, postgres_url: str) -> None:
    with Engine(postgres_url) as engine:
        few, many = cost(log, engine, transactions, 2), cost(log, engine, transactions, 12)
    each = [statement.split()[0] for statement in many]
    assert len(many) - len(few) <= 10 * 4, many  # BEGIN, the user's, the checkpoint, COMMIT
    assert each.count("COMMIT") == 12
    assert sum("kept" in statement for statement in many) == 12
