"""Absurd (the Postgres-only peer): tasks are spawned into its queue and run by workers, each with its own connection.

Latency is its best case, a worker in the calling thread and so no polling. Recovery waits for the claim to run out first,
which is taken off, as the lease is for a takeover elsewhere.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import backlog
import driving
import psycopg
from absurd_sdk import Absurd, AsyncAbsurd

_WORKERS = 32
done, reached = driving.Counter(), driving.Counter()
moments: dict[str, float] = {}


def nothing() -> int:
    return 1


async def nothing_async() -> int:
    return 1


async def last_step() -> int:
    moments["last"] = time.perf_counter()
    reached.add()
    if driving.blocking():
        await asyncio.sleep(1e6)
    return 1


arrivals = driving.Arrivals()


def sync_app(url: str) -> Any:
    app = Absurd(url)

    @app.register_task(name="workflow")
    def workflow(params: Any, context: Any) -> int:
        for number in range(params["steps"]):
            context.step(f"step-{number}", nothing)
        return 1

    @app.register_task(name="received")
    def received(params: Any, context: Any) -> int:
        arrivals.arrived(params["sent"])
        return 1

    return app


def async_app(url: str) -> Any:
    app = AsyncAbsurd(url)

    @app.register_task(name="workflow")
    async def workflow(params: Any, context: Any) -> int:
        for number in range(params["steps"]):
            await context.step(f"step-{number}", nothing_async)
        done.add()
        return 1

    @app.register_task(name="received")
    async def received(params: Any, context: Any) -> int:
        arrivals.arrived(params["sent"])
        return 1

    @app.register_task(name="half_done")
    async def half_done(params: Any, context: Any) -> int:
        for number in range(params["steps"]):
            await context.step(f"step-{number}", nothing_async)
        await context.step("last", last_step)
        done.add()
        return 1

    return app


def create_schema(url: str) -> None:
    tool = os.path.join(os.path.dirname(sys.executable), "absurdctl")
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'absurd'").fetchone()
    for command in ([], [["init"], ["create-queue", "default"]])[found is None]:
        environment = os.environ | {"ABSURD_DATABASE_URL": url}
        subprocess.run([tool, *command], env=environment, check=True, stdout=subprocess.DEVNULL)


def completed(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT count(*) FROM absurd.t_default WHERE state = 'completed'").fetchone()
    assert row is not None
    return int(row[0])


def wait_completed(url: str, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        while completed(connection) < count:
            time.sleep(0.005)


def run_async_workers(options: argparse.Namespace, workers: int, inner: int) -> None:
    async def run() -> None:
        apps = [async_app(options.url) for _ in range(workers)]
        settings = {"concurrency": inner, "claim_timeout": int(options.lease), "poll_interval": options.poll or 0.25}
        await asyncio.gather(*(app.start_worker(worker_id=f"w{i}", **settings) for i, app in enumerate(apps)))

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()


def latency(options: argparse.Namespace) -> driving.Result:
    create_schema(options.url)
    params = {"steps": options.steps}
    if options.style == "async":

        async def measure() -> list[float]:
            app = async_app(options.url)

            async def one() -> None:
                await app.spawn("workflow", params)
                await app.work_batch()

            return await driving.time_each_async(one, options.count)

        return driving.latency(asyncio.run(measure()), options.steps)
    app = sync_app(options.url)
    return driving.latency(
        driving.time_each(lambda: (app.spawn("workflow", params), app.work_batch()), options.count), options.steps
    )


def throughput(options: argparse.Namespace) -> driving.Result:
    create_schema(options.url)
    options.lease = 120
    if options.style == "async":
        workers = min(options.at, 8)
        run_async_workers(options, workers, max(1, options.at // workers))
    else:
        for number in range(min(options.at, _WORKERS)):
            worker = {"worker_id": f"w{number}", "batch_size": 10, "poll_interval": 0.25, "claim_timeout": 120}
            threading.Thread(target=sync_app(options.url).start_worker, kwargs=worker, daemon=True).start()
    spawners = [sync_app(options.url) for _ in range(4)]

    def spawn(count: int) -> None:
        def some(app: Any) -> None:
            for _ in range(count // len(spawners)):
                app.spawn("workflow", {"steps": options.steps})

        with ThreadPoolExecutor(len(spawners)) as pool:
            list(pool.map(some, spawners))

    spawn(40)
    wait_completed(options.url, 40)
    start = time.perf_counter()
    count = options.count // 4 * 4
    spawn(count)
    wait_completed(options.url, 40 + count)
    return driving.throughput(time.perf_counter() - start, count, options.steps)


def crash(options: argparse.Namespace) -> driving.Result:
    create_schema(options.url)
    app = sync_app(options.url)
    for _ in range(options.count):
        app.spawn("half_done", {"steps": options.steps}, queue="default")
    run_async_workers(options, 1, options.count)
    reached.wait(options.count)
    return driving.say_ready_and_hang()


def recover(options: argparse.Namespace) -> driving.Result:
    start = time.perf_counter()
    run_async_workers(options, 1, options.count)
    done.wait(options.count)
    wait_completed(options.url, options.count)
    return {
        "recover_s": driving.since_start() - options.lease,
        "last_step_s": moments["last"] - start - options.lease,
    }


def launch(options: argparse.Namespace) -> driving.Result:
    create_schema(options.url)
    run_async_workers(options, 1, 1)
    return {"launch_s": driving.since_start(), "resident_mb": driving.resident_mb()}


def work(options: argparse.Namespace) -> driving.Result:
    create_schema(options.url)
    run_async_workers(options, 1, options.slots or 1)
    return driving.say_ready_and_hang()


def send(options: argparse.Namespace) -> driving.Result:
    app = sync_app(options.url)
    return driving.send_for_ever(lambda sent: app.spawn("received", {"sent": sent}))


def receive(options: argparse.Namespace) -> driving.Result:
    if options.style == "async":
        run_async_workers(options, 1, options.slots or 1)
    else:
        threading.Thread(target=sync_app(options.url).start_worker, daemon=True).start()
    return arrivals.result(options.count)


def fill_with(options: argparse.Namespace, count: int) -> float:
    spawn = """SELECT count(*) FROM generate_series(1, %s) n, LATERAL
        absurd.spawn_task('default', 'workflow', jsonb_build_object('steps', 1, 'n', n), '{"max_attempts": 5}')"""
    with backlog.connected(options.url) as connection:
        connection.execute(spawn, (count,))
        return time.perf_counter()


def fill(options: argparse.Namespace) -> driving.Result:
    fill_with(options, options.count)
    return backlog.settled(options.url)


def empty(options: argparse.Namespace) -> driving.Result:
    finished = "SELECT count(*) FROM absurd.t_default WHERE state = 'completed'"
    return backlog.emptied(options.url, lambda: fill_with(options, options.count), finished, options.count)


def drain(options: argparse.Namespace) -> driving.Result:
    run_async_workers(options, 1, options.slots or 1)
    return backlog.drained(done, options.count)


def claim(options: argparse.Namespace) -> driving.Result:
    app = sync_app(options.url)
    return backlog.claimed(lambda: app.claim_tasks(batch_size=backlog.BATCH, claim_timeout=120, worker_id="me"))


driving.main(
    {
        "latency": latency,
        "throughput": throughput,
        "crash": crash,
        "recover": recover,
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
