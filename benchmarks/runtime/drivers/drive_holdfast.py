"""Holdfast: decorated functions called directly under an engine, on Postgres or SQLite."""

from __future__ import annotations

import argparse
import asyncio
import threading
import time

import driving

import holdfast
from holdfast import Client, Engine

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


def send(options: argparse.Namespace) -> driving.Result:
    with Client(options.url) as client:
        return driving.send_for_ever(lambda sent: client.enqueue(received, sent))


def receive(options: argparse.Namespace) -> driving.Result:
    with engine_of(options):
        return arrivals.result(options.count)


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
    }
)
