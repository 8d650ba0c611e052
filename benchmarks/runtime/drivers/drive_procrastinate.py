"""procrastinate, a job queue on Postgres without checkpoints: a job is one task that does nothing."""

from __future__ import annotations

import argparse
import asyncio
import logging
import threading
import time
from typing import Any

import backlog
import driving
import procrastinate

done = driving.Counter()
arrivals = driving.Arrivals()
tasks = procrastinate.Blueprint()
logging.disable(logging.WARNING)


@tasks.task(name="queued", queue="bench")
async def queued(number: int) -> int:
    done.add()
    return number


@tasks.task(name="received", queue="bench")
async def received(sent: float) -> None:
    arrivals.arrived(sent)


def app_of(options: argparse.Namespace, connector: type[Any]) -> Any:
    app = procrastinate.App(connector=connector(conninfo=options.url))
    app.add_tasks_from(tasks, namespace="bench")
    return app


def opened(options: argparse.Namespace) -> Any:
    return app_of(options, procrastinate.SyncPsycopgConnector).open()


def listen(options: argparse.Namespace) -> None:
    """Run a worker in a thread of its own."""

    async def run() -> None:
        app = app_of(options, procrastinate.PsycopgConnector)
        chosen = {"concurrency": options.slots, "fetch_job_polling_interval": options.poll}
        settings = {name: value for name, value in chosen.items() if value is not None}
        async with app.open_async():
            await app.run_worker_async(queues=["bench"], install_signal_handlers=False, **settings)

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()


def launch(options: argparse.Namespace) -> driving.Result:
    with opened(options) as app:
        if not app.check_connection():
            app.schema_manager.apply_schema()
    return {"launch_s": driving.since_start(), "resident_mb": driving.resident_mb()}


def work(options: argparse.Namespace) -> driving.Result:
    listen(options)
    return driving.say_ready_and_hang()


def send(options: argparse.Namespace) -> driving.Result:
    with opened(options) as app:
        task = app.tasks["bench:received"]
        return driving.send_for_ever(lambda sent: task.defer(sent=sent))


def receive(options: argparse.Namespace) -> driving.Result:
    listen(options)
    return arrivals.result(options.count)


def fill_with(options: argparse.Namespace, count: int) -> float:
    at_once = 10_000
    with opened(options) as app:
        for first in range(0, count, at_once):
            numbers = range(first, min(first + at_once, count))
            app.tasks["bench:queued"].batch_defer(*({"number": number} for number in numbers))
        return time.perf_counter()


def fill(options: argparse.Namespace) -> driving.Result:
    fill_with(options, options.count)
    return backlog.settled(options.url)


def empty(options: argparse.Namespace) -> driving.Result:
    finished = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'"
    return backlog.emptied(options.url, lambda: fill_with(options, options.count), finished, options.count)


def drain(options: argparse.Namespace) -> driving.Result:
    listen(options)
    return backlog.drained(done, options.count)


def claim(options: argparse.Namespace) -> driving.Result:
    async def prepared() -> Any:
        app = app_of(options, procrastinate.PsycopgConnector)
        await app.open_async()
        return app.job_manager, await app.job_manager.register_worker()

    with asyncio.Runner() as runner:
        jobs, worker = runner.run(prepared())

        async def take() -> None:
            for _ in range(backlog.BATCH):  # it takes one at a time
                assert await jobs.fetch_job(queues=["bench"], worker_id=worker)

        return backlog.claimed(lambda: runner.run(take()))


driving.main(
    {
        "launch": launch,
        "idle": work,
        "send": send,
        "receive": receive,
        "fill": fill,
        "work": work,
        "empty": empty,
        "drain": drain,
        "claim": claim,
    }
)
