"""Measure queues: claiming as the backlog grows, and how fast executors of their own processes empty a queue.

    python benchmarks/runtime/queues.py [--most 1000000] [--count 4000] [--executors 1,4,8]

The backlog is written by the server itself; a claim takes a batch of 50 through the store, as an engine does. Emptying
counts from the first beginning to the last end, of workflows with one step, on the default queue and on one with limits.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from measures import PostgresServer

from holdfast import Engine, Limits, Queue, State, step, workflow
from holdfast.store import open_store

BATCH = 50
LIMITED = Queue("limited", concurrency=10_000, per_executor=200)
FILL = """
INSERT INTO holdfast.workflow (id, name, version, state, queue, priority, ready_at, epoch, attempts, input, digest, seed,
    created_at, partition)
SELECT q.name || n, 'unit', 'v1', 'queued', q.name, 0, clock_timestamp(), 0, 1, '[]', '', '', clock_timestamp(),
    CASE WHEN q.name = 'shared' THEN 'p' || n %% 100 ELSE '' END
FROM generate_series(%(first)s::int, %(last)s::int) AS n,
    (VALUES ('default'), ('plain'), ('shared')) AS q (name)
"""


@step
def act(number: int) -> int:
    return number


@workflow(name="benchmarks.emptied", version="1")
def emptied(number: int) -> int:
    return act(number)


def growth(server: PostgresServer, most: int) -> list[dict[str, Any]]:
    """Return the median ms of claiming a batch at each size of the backlog, by queue."""
    name = server.create_database()
    url = server.url(name)
    store = open_store(url)
    store.migrate()
    store.heartbeat("me", "me", "", 1e6)
    store.queues.declare("plain", Limits(concurrency=10**9))
    store.queues.declare("shared", Limits(per_partition=10**9, partitioned=True))
    rows: list[dict[str, Any]] = []
    size, last = 1000, 0
    while size <= most:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(FILL, {"first": last + 1, "last": size})  # type: ignore[arg-type]
            connection.execute("VACUUM ANALYZE holdfast.workflow")
        row: dict[str, Any] = {"backlog": size}
        for queue in ("default", "plain", "shared"):
            row[queue] = round(statistics.median(_claim(store, queue) for _ in range(15)), 2)
        rows.append(row)
        size, last = size * 10, size
    store.close()
    server.drop_database(name)
    return rows


def _claim(store: Any, queue: str) -> float:
    began = time.perf_counter()
    if queue == "default":
        claimed = store.claim("me", queue, ["unit"], ["v1"], False, BATCH)
    else:
        claimed = store.queues.claim("me", queue, ["unit"], ["v1"], False, BATCH).claimed
    assert len(claimed) == BATCH
    return (time.perf_counter() - began) * 1e3


def throughput(server: PostgresServer, executors: int, count: int, queue: Queue | str) -> float:
    """Return how many workflows a second so many processes take from a full queue."""
    name = server.create_database()
    url = server.url(name)
    with Engine(url, queues=[]) as engine:
        for number in range(count):
            engine.enqueue(emptied, number, queue=queue)
        environment = {**os.environ, "QUEUES_URL": url}
        command = [sys.executable, str(Path(__file__))]
        workers = [subprocess.Popen(command, env=environment) for _ in range(executors)]
        try:
            while engine.list(state=[State.QUEUED, State.RUNNING], limit=1):
                time.sleep(0.05)
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait()
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM max(finished_at) - min(started_at))::float8 FROM holdfast.workflow"
        ).fetchone()
    server.drop_database(name)
    assert row is not None
    return count / float(row[0])


def main() -> None:
    """Run everything and print it as JSON."""
    if url := os.environ.get("QUEUES_URL"):
        with Engine(url):
            time.sleep(1e6)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=1_000_000, help="the longest backlog")
    parser.add_argument("--count", type=int, default=4000, help="workflows to empty a queue of")
    parser.add_argument("--executors", default="1,4,8")
    options = parser.parse_args()
    with PostgresServer() as server:
        emptying = [
            {
                "executors": number,
                "default": round(throughput(server, number, options.count, "default")),
                "limited": round(throughput(server, number, options.count, LIMITED)),
            }
            for number in map(int, options.executors.split(","))
        ]
        found = {"claim_ms": growth(server, options.most), "workflows_per_s": emptying}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
