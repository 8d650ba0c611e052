"""A backlog does not make claiming slower: the statements walk an index in its own order, whatever waits behind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from holdfast.store import open_store
from holdfast.store.postgres import queue_statements, statements
from holdfast.store.queues import HEADS, Limits

SMALL, LARGE = 2_000, 60_000
PARAMETERS = {
    "executor": "me",
    "names": ["unit"],
    "versions": ["v1"],
    "any": False,
    "most": 100,
    "heads": HEADS,
    "returning": 10,
    "partitions": ["p1", "p2"],
    "counts": [50, 50],
    "served": "p2",
    "rated": True,
    "window": 60.0,
    "reason": "",
}
TYPES = {
    "names": "text[]",
    "versions": "text[]",
    "any": "boolean",
    "most": "bigint",
    "heads": "int",
    "returning": "bigint",
    "partitions": "text[]",
    "counts": "bigint[]",
    "rated": "boolean",
    "window": "float8",
}
FILL = """
INSERT INTO holdfast.workflow (id, name, version, state, queue, priority, ready_at, epoch, attempts, input, digest, seed,
    created_at, partition)
SELECT %(queue)s || n, 'unit', 'v1', 'queued', %(queue)s, n %% 3, clock_timestamp(), 0, 1, '', '', '', clock_timestamp(),
    CASE WHEN %(partitions)s::int = 0 THEN '' ELSE 'p' || n %% %(partitions)s::int END
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""


@pytest.fixture
def connection(postgres_url: str) -> Iterator[psycopg.Connection[Any]]:
    store = open_store(postgres_url)
    store.migrate()
    store.queues.declare("plain", Limits(concurrency=1000))
    store.queues.declare("shared", Limits(per_partition=100, partitioned=True))
    store.close()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("SET plan_cache_mode = force_generic_plan")
        yield connection


def fill(connection: psycopg.Connection[Any], first: int, last: int) -> None:
    for queue, partitions in (("default", 0), ("plain", 0), ("shared", 20)):
        connection.execute(FILL, {"queue": queue, "partitions": partitions, "first": first, "last": last})
    connection.execute("VACUUM ANALYZE holdfast.workflow")


def explain(connection: psycopg.Connection[Any], sql: str, queue: str) -> dict[str, Any]:
    """Run a statement as the engine does, with a plan for any parameters, and undo it; return its plan."""
    given = {**PARAMETERS, "queue": queue}
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
    text = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", sql.replace("{schema}", "holdfast"))
    types = "(" + ", ".join(TYPES.get(name, "text") for name in names) + ")" if names else ""
    connection.execute(f"PREPARE explained {types} AS {text}")  # type: ignore[call-overload]
    try:
        with connection.transaction(force_rollback=True):
            values = "(" + ", ".join("%s" for _ in names) + ")" if names else ""
            cursor = psycopg.ClientCursor(connection)
            cursor.execute(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained {values}",  # type: ignore[arg-type]
                [given[name] for name in names],
            )
            ((answer,),) = cursor.fetchall()
    finally:
        connection.execute("DEALLOCATE explained")
    plan = json.loads(answer) if isinstance(answer, str) else answer
    return plan[0]["Plan"]  # type: ignore[no-any-return]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


def summary(plan: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return what each node of a plan read, for the message of a failure."""
    return [
        (node["Node Type"], node.get("Index Name"), node["Actual Rows"], node["Shared Hit Blocks"])
        for node in nodes(plan)
    ]


STATEMENTS = (
    ("CLAIM", "default"),
    ("QUEUE_CLAIM", "plain"),
    ("QUEUE_CLAIM", "shared"),
    ("QUEUE_USAGE", "plain"),
    ("QUEUE_HEADS", "plain"),
    ("QUEUE_HEADS", "shared"),
    ("QUEUES_READY", "plain"),
    ("PROMOTE", "default"),
)


def explain_all(connection: psycopg.Connection[Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (name, queue): explain(connection, getattr(queue_statements, name, None) or getattr(statements, name), queue)
        for name, queue in STATEMENTS
    }


def test_claiming_reads_no_more_of_a_longer_backlog(connection: psycopg.Connection[Any]) -> None:
    fill(connection, 1, SMALL)
    few = explain_all(connection)
    fill(connection, SMALL + 1, LARGE)
    many = explain_all(connection)
    for which, plan in many.items():
        read = [each["Shared Hit Blocks"] + each["Shared Read Blocks"] for each in (few[which], plan)]
        assert read[1] <= 1.5 * read[0] + 100, (which, read, summary(plan))
        for node in nodes(plan):
            assert node["Actual Rows"] <= 2 * HEADS, which
            assert not (node["Node Type"] == "Seq Scan" and node.get("Relation Name") == "workflow"), which
            if node["Node Type"] == "Sort":
                assert node["Actual Rows"] <= HEADS, which
