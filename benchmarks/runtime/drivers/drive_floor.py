"""The floor: each record of a workflow (start, each step, finish) is one committed INSERT, and nothing else happens."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sqlite3
import threading
import time

import driving
import psycopg

_TABLE = "CREATE TABLE IF NOT EXISTS floor (id bigint PRIMARY KEY, name text, result text)"
_INSERT = "INSERT INTO floor VALUES (%s, %s, %s)"
_CONNECTIONS = 32
_ids = itertools.count(time.time_ns())


class Lite:
    """SQLite as durable as it gets: one connection, WAL, an fsync at each commit."""

    def __init__(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(_TABLE)
        self._lock = threading.Lock()

    def insert(self) -> None:
        with self._lock:
            self._connection.execute(_INSERT.replace("%s", "?"), (next(_ids), "step", "1"))


class Server:
    """Postgres: a connection a thread, prepared statements, autocommit."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._local = threading.local()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_TABLE)

    def insert(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = psycopg.connect(self._url, autocommit=True)
        connection.execute(_INSERT, (next(_ids), "step", "1"), prepare=True)


def opened(url: str) -> Lite | Server:
    return Lite(url) if url.startswith("sqlite") else Server(url)


def latency(options: argparse.Namespace) -> driving.Result:
    records = options.steps + 2
    if options.style == "async":
        times = asyncio.run(_latency_async(options))
    else:
        floor = opened(options.url)
        times = driving.time_each(lambda: [floor.insert() for _ in range(records)], options.count)
    return driving.latency(times, records) | {"workflow_ms": driving.latency(times, 1)["step_ms"]}


async def _latency_async(options: argparse.Namespace) -> list[float]:
    opened(options.url)
    connection = await psycopg.AsyncConnection.connect(options.url, autocommit=True)

    async def workflow() -> None:
        for _ in range(options.steps + 2):
            await connection.execute(_INSERT, (next(_ids), "step", "1"), prepare=True)

    return await driving.time_each_async(workflow, options.count)


def throughput(options: argparse.Namespace) -> driving.Result:
    floor = opened(options.url)

    def workflow() -> None:
        for _ in range(options.steps + 2):
            floor.insert()

    if options.style == "async":
        seconds = asyncio.run(_throughput_async(options))
    else:
        seconds = driving.time_all(workflow, options.count, min(options.at, _CONNECTIONS))
    return driving.throughput(seconds, options.count, options.steps)


async def _throughput_async(options: argparse.Namespace) -> float:
    opened(options.url)
    idle: asyncio.Queue[psycopg.AsyncConnection] = asyncio.Queue()
    for _ in range(min(options.at, _CONNECTIONS)):
        idle.put_nowait(await psycopg.AsyncConnection.connect(options.url, autocommit=True))

    async def workflow() -> None:
        connection = await idle.get()
        for _ in range(options.steps + 2):
            await connection.execute(_INSERT, (next(_ids), "step", "1"), prepare=True)
        idle.put_nowait(connection)

    return await driving.time_all_async(workflow, options.count, options.at)


def launch(options: argparse.Namespace) -> driving.Result:
    floor = opened(options.url)
    floor.insert()
    return {"launch_s": driving.since_start(), "resident_mb": driving.resident_mb()}


driving.main({"latency": latency, "throughput": throughput, "launch": launch})
