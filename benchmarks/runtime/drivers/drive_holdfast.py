"""Holdfast: decorated functions called directly under an engine, on Postgres or SQLite."""

from __future__ import annotations

import argparse
import asyncio
import threading
import time
from typing import Any

import backlog
import driving

import holdfast
from holdfast import Client, Engine, Queue
from holdfast.store import open_store

done, reached = driving.Counter(), driving.Counter()
moments: dict[str, float] = {}


@holdfast.step
def step(number: int) -> int:
    return number


@holdfast.step
async def step_async(number: int) -> int:
    return number


@holdfast.step
async def last_step() -> None:
    moments["last"] = time.perf_counter()
    reached.add()
    if driving.blocking():
        await asyncio.sleep(1e6)


@holdfast.workflow
def workflow(steps: int) -> int:
    for number in range(steps):
        step(number)
    return steps


@holdfast.workflow
async def workflow_async(steps: int) -> int:
    for number in range(steps):
        await step_async(number)
    return steps


@holdfast.workflow
async def half_done(steps: int) -> int:
    for number in range(steps):
        await step_async(number)
    await last_step()
    done.add()
    return steps


@holdfast.workflow(name="queued", version="1")
async def queued(number: int) -> int:
    await step_async(number)
    done.add()
    return number


limited = Queue("limited", concurrency=10_000, per_partition=1000)


@holdfast.workflow
def sleeper() -> None:
    holdfast.sleep(86_400)


arrivals = driving.Arrivals()


@holdfast.workflow
def received(sent: float) -> None:
    arrivals.arrived(sent)


def engine_of(options: argparse.Namespace) -> Engine:
    return Engine(options.url, executor=options.executor, lease=options.lease, concurrency=max(options.count, 300))


def latency(options: argparse.Namespace) -> driving.Result:
    with engine_of(options):
        if options.style == "async":
            times = asyncio.run(driving.time_each_async(lambda: workflow_async(options.steps), options.count))
        else:
            times = driving.time_each(lambda: workflow(options.steps), options.count)
    return driving.latency(times, options.steps)


def throughput(options: argparse.Namespace) -> driving.Result:
    with engine_of(options):
        if options.style == "async":
            run = driving.time_all_async(lambda: workflow_async(options.steps), options.count, options.at)
            seconds = asyncio.run(run)
        else:
            seconds = driving.time_all(lambda: workflow(options.steps), options.count, options.at)
    return driving.throughput(seconds, options.count, options.steps)


def crash(options: argparse.Namespace) -> driving.Result:
    with engine_of(options) as engine:
        for _ in range(options.count):
            engine.start(half_done, options.steps)
        reached.wait(options.count)
        return driving.say_ready_and_hang()


def recover(options: argparse.Namespace) -> driving.Result:
    start = time.perf_counter()
    with engine_of(options):
        done.wait(options.count)
        return {"recover_s": driving.since_start(), "last_step_s": moments["last"] - start}


def launch(options: argparse.Namespace) -> driving.Result:
    with engine_of(options):
        return {"launch_s": driving.since_start(), "resident_mb": driving.resident_mb()}


def idle(options: argparse.Namespace) -> driving.Result:
    with engine_of(options):
        return driving.say_ready_and_hang()


def place_of(options: argparse.Namespace) -> dict[str, Any]:
    return {"queue": limited.name, "partition": "p0"} if options.limited else {}


def send(options: argparse.Namespace) -> driving.Result:
    with Client(options.url) as client:
        return driving.send_for_ever(lambda sent: client.enqueue(received, sent, **place_of(options)))


def receive(options: argparse.Namespace) -> driving.Result:
    with engine_of(options):
        return arrivals.result(options.count)


def fill_with(options: argparse.Namespace, count: int) -> float:
    import psycopg  # not by every process whose launch and memory are measured

    changed = {"id": "id || '/' || n", "ready_at": "ready_at + n * interval '1 microsecond'"}
    if options.limited:
        changed["partition"] = "'p' || n % 100"
    with Client(options.url) as client, psycopg.connect(options.url) as connection:
        id = client.in_transaction(connection).enqueue(queued, 0, **place_of(options)).id
        backlog.multiply(connection, "holdfast.workflow", f"id = '{id}'", count - 1, changed)
        connection.commit()
        return time.perf_counter()


def fill(options: argparse.Namespace) -> driving.Result:
    fill_with(options, options.count)
    return backlog.settled(options.url)


def work(options: argparse.Namespace) -> driving.Result:
    with Engine(options.url, executor=options.executor):
        return driving.say_ready_and_hang()


def empty(options: argparse.Namespace) -> driving.Result:
    finished = "SELECT count(*) FROM holdfast.workflow WHERE state = 'succeeded'"
    return backlog.emptied(options.url, lambda: fill_with(options, options.count), finished, options.count)


def drain(options: argparse.Namespace) -> driving.Result:
    with Engine(options.url):
        return backlog.drained(done, options.count)


def claim(options: argparse.Namespace) -> driving.Result:
    store = open_store(options.url)
    store.heartbeat("me", "me", "", 1e6)
    code = (["queued"], ["1"], True, backlog.BATCH)

    def take() -> None:
        if options.limited:
            found = store.queues.claim("me", limited.name, *code).claimed
        else:
            found = store.claim("me", "default", *code)
        assert len(found) == backlog.BATCH

    return backlog.claimed(take)


def sleeping(options: argparse.Namespace) -> driving.Result:
    lanes = 8

    def start_some(count: int) -> None:
        for _ in range(count):
            engine.start(sleeper)  # its handle is dropped: what is measured is the engine's own memory

    def all_asleep() -> bool:
        return not engine.list(state=["running", "queued"], limit=1)

    with engine_of(options) as engine:
        start_some(driving.WARM_UP)
        before = driving.resident_mb()
        start = time.perf_counter()
        threads = [threading.Thread(target=start_some, args=(options.count // lanes,)) for _ in range(lanes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        while not all_asleep():
            time.sleep(0.2)
        seconds = time.perf_counter() - start
        return {"growth_mb": driving.resident_mb() - before, "asleep_per_s": options.count / seconds}


driving.main(
    {
        "latency": latency,
        "throughput": throughput,
        "crash": crash,
        "recover": recover,
        "launch": launch,
        "idle": idle,
        "sleeping": sleeping,
        "send": send,
        "receive": receive,
        "fill": fill,
        "work": work,
        "empty": empty,
        "drain": drain,
        "claim": claim,
    }
)
