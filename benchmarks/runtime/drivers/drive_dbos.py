"""DBOS Transact, driven as its documentation does: decorated functions called directly, on Postgres or SQLite."""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import Any

import backlog
import driving
import sqlalchemy
from dbos import DBOS, DBOSClient

done, reached = driving.Counter(), driving.Counter()
moments: dict[str, float] = {}


@DBOS.step()
def step(number: int) -> int:
    return number


@DBOS.step()
async def step_async(number: int) -> int:
    return number


@DBOS.step()
async def last_step() -> None:
    moments["last"] = time.perf_counter()
    reached.add()
    if driving.blocking():
        await asyncio.sleep(1e6)


@DBOS.workflow()
def workflow(steps: int) -> int:
    for number in range(steps):
        step(number)
    return steps


@DBOS.workflow()
async def workflow_async(steps: int) -> int:
    for number in range(steps):
        await step_async(number)
    return steps


@DBOS.workflow()
async def half_done(steps: int) -> int:
    for number in range(steps):
        await step_async(number)
    await last_step()
    done.add()
    return steps


@DBOS.workflow()
async def queued(number: int) -> int:
    await step_async(number)
    done.add()
    return number


arrivals = driving.Arrivals()


@DBOS.workflow()
def received(sent: float) -> None:
    arrivals.arrived(sent)


def launched(options: argparse.Namespace) -> None:
    where = {"system_database_url": options.url, "executor_id": options.executor}
    DBOS(config={"name": "bench", "log_level": "ERROR", **where})
    DBOS.launch()


def listening(options: argparse.Namespace) -> None:
    launched(options)
    chosen = {"polling_interval_sec": options.poll, "worker_concurrency": options.slots}
    DBOS.register_queue("bench", **{name: value for name, value in chosen.items() if value is not None})
    time.sleep(1.5)  # queues are looked for once a second


def latency(options: argparse.Namespace) -> driving.Result:
    launched(options)
    if options.style == "async":
        times = asyncio.run(driving.time_each_async(lambda: workflow_async(options.steps), options.count))
    else:
        times = driving.time_each(lambda: workflow(options.steps), options.count)
    return driving.latency(times, options.steps)


def throughput(options: argparse.Namespace) -> driving.Result:
    launched(options)
    if options.style == "async":
        run = driving.time_all_async(lambda: workflow_async(options.steps), options.count, options.at)
        seconds = asyncio.run(run)
    else:
        seconds = driving.time_all(lambda: workflow(options.steps), options.count, options.at)
    return driving.throughput(seconds, options.count, options.steps)


def crash(options: argparse.Namespace) -> driving.Result:
    launched(options)

    async def start_all() -> None:
        await asyncio.gather(*(DBOS.start_workflow_async(half_done, options.steps) for _ in range(options.count)))
        await asyncio.to_thread(reached.wait, options.count)
        driving.say_ready_and_hang()

    asyncio.run(start_all())
    return {}


def recover(options: argparse.Namespace) -> driving.Result:
    start = time.perf_counter()
    launched(options)
    done.wait(options.count)
    return {"recover_s": driving.since_start(), "last_step_s": moments["last"] - start}


def launch(options: argparse.Namespace) -> driving.Result:
    launched(options)
    return {"launch_s": driving.since_start(), "resident_mb": driving.resident_mb()}


def idle(options: argparse.Namespace) -> driving.Result:
    launched(options)
    return driving.say_ready_and_hang()


def work(options: argparse.Namespace) -> driving.Result:
    listening(options)
    return driving.say_ready_and_hang()


def send(options: argparse.Namespace) -> driving.Result:
    client = DBOSClient(system_database_url=options.url)
    where = {"workflow_name": received.__qualname__, "queue_name": "bench"}
    return driving.send_for_ever(lambda sent: client.enqueue(where, sent))


def receive(options: argparse.Namespace) -> driving.Result:
    listening(options)
    return arrivals.result(options.count)


def fill_with(options: argparse.Namespace, count: int) -> float:
    client = DBOSClient(system_database_url=options.url)
    where = {"workflow_name": queued.__qualname__, "queue_name": "bench"}
    copied = {"workflow_uuid": "workflow_uuid || '-' || n"}
    with sqlalchemy.create_engine(options.url.replace("postgresql", "postgresql+psycopg")).connect() as connection:
        id = client.enqueue_in_transaction(connection, where, 0).workflow_id
        driver: Any = connection.connection.driver_connection
        for table, changed in (("workflow_status", {"created_at": "created_at + n / 1000"}), ("workflow_input", {})):
            backlog.multiply(driver, f"dbos.{table}", f"workflow_uuid = '{id}'", count - 1, copied | changed)
        connection.commit()
        return time.perf_counter()


def fill(options: argparse.Namespace) -> driving.Result:
    fill_with(options, options.count)
    return backlog.settled(options.url)


def empty(options: argparse.Namespace) -> driving.Result:
    finished = "SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS'"
    return backlog.emptied(options.url, lambda: fill_with(options, options.count), finished, options.count)


def drain(options: argparse.Namespace) -> driving.Result:
    listening(options)
    return backlog.drained(done, options.count)


driving.main(
    {
        "latency": latency,
        "throughput": throughput,
        "crash": crash,
        "recover": recover,
        "launch": launch,
        "idle": idle,
        "send": send,
        "receive": receive,
        "fill": fill,
        "work": work,
        "empty": empty,
        "drain": drain,
    }
)
