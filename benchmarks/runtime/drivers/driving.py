"""What every driver shares: its command line, a clock, and one line of JSON at the end. Standard library only, since each
driver runs in its peer's own virtual environment.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Result = dict[str, float]
WARM_UP = 20


class Counter:
    """Counts events of many threads and waits for a number of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def add(self) -> None:
        """Count one."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, count: int, timeout: float = 300.0) -> None:
        """Return once `count` were counted; raise `TimeoutError` after `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._count >= count, timeout):
                raise TimeoutError(f"{self._count} of {count} after {timeout} s")


def blocking() -> bool:
    """Whether second steps shall never return, since this process is the one to be killed."""
    return os.environ.get("BENCH_BLOCK") == "1"


def since_start() -> float:
    """Return the seconds since the benchmark started this process: the interpreter and all imports count."""
    return time.time() - float(os.environ["BENCH_BEGAN"])


def resident_mb() -> float:
    """Return this process's resident memory in MB."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def time_each(run: Callable[[], object], count: int, warm_up: int = WARM_UP) -> list[float]:
    """Return the milliseconds that each of `count` calls of `run` takes, after a warm-up."""
    for _ in range(warm_up):
        run()
    return [_timed(run) for _ in range(count)]


def _timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


async def time_each_async(run: Callable[[], Awaitable[object]], count: int) -> list[float]:
    """The same for a coroutine function."""
    for _ in range(WARM_UP):
        await run()
    times = []
    for _ in range(count):
        start = time.perf_counter()
        await run()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def latency(times: list[float], steps: int) -> Result:
    """Return the medians that a latency measurement reports, in ms."""
    median = statistics.median(times)
    return {"workflow_ms": median, "step_ms": median / steps}


def time_all(run: Callable[[], object], count: int, at: int) -> float:
    """Return the seconds that `count` calls take with `at` threads."""
    with ThreadPoolExecutor(at) as pool:
        list(pool.map(lambda _: run(), range(max(WARM_UP, at))))
        start = time.perf_counter()
        list(pool.map(lambda _: run(), range(count)))
        return time.perf_counter() - start


async def time_all_async(run: Callable[[], Awaitable[object]], count: int, at: int) -> float:
    """Return the seconds that `count` calls take with `at` of them in flight."""

    async def lane(tickets: list[int]) -> None:
        while tickets:
            tickets.pop()
            await run()

    async def all_of(number: int) -> None:
        tickets = list(range(number))
        await asyncio.gather(*(lane(tickets) for _ in range(at)))

    await all_of(max(WARM_UP, at))
    start = time.perf_counter()
    await all_of(count)
    return time.perf_counter() - start


def throughput(seconds: float, count: int, steps: int) -> Result:
    """Return the rates that a throughput measurement reports."""
    return {"workflows_per_s": count / seconds, "steps_per_s": count * steps / seconds}


class Arrivals:
    """Measures how long work that another process enqueues takes to run here, by the machine's one monotonic clock."""

    def __init__(self) -> None:
        self._delays: list[float] = []
        self._counter = Counter()
        self._since = math.inf  # what was enqueued before this process was ready does not count

    def arrived(self, sent: float) -> None:
        """Work that was enqueued at `sent` runs now."""
        if sent < self._since:
            return
        self._delays.append((time.monotonic() - sent) * 1e3)
        self._counter.add()

    def result(self, count: int) -> Result:
        """Wait for a warm-up and `count` more, and return the median delay in ms and the one that a hundredth exceeds."""
        self._since = time.monotonic()
        self._counter.wait(WARM_UP + count)
        delays = sorted(self._delays[WARM_UP : WARM_UP + count])
        return {"enqueued_ms": statistics.median(delays), "enqueued_p99_ms": delays[len(delays) * 99 // 100]}


def send_for_ever(enqueue: Callable[[float], object]) -> Result:
    """Enqueue work with the time as its argument, one at a time with pauses, until the benchmark kills this process.

    The pauses differ, so that they are in step with nobody's polling.
    """
    pauses = random.Random(1)
    print("READY", flush=True)
    while True:
        enqueue(time.monotonic())
        time.sleep(pauses.uniform(0.02, 0.04))


def say_ready_and_hang() -> Result:
    """Tell the benchmark that this process can be killed now."""
    print("READY", flush=True)
    time.sleep(1e6)
    return {}


def main(measurements: dict[str, Callable[[argparse.Namespace], Result]]) -> None:
    """Run the measurement that the command line names and print its result; exit without any shutdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("measurement", choices=sorted(measurements))
    parser.add_argument("--url", required=True)
    parser.add_argument("--style", choices=["sync", "async"], default="sync")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--at", type=int, default=1)
    parser.add_argument("--executor", default="bench")
    parser.add_argument("--lease", type=float, default=10.0)
    parser.add_argument(
        "--poll", type=float, help="seconds between polls of a queue; the system's own choice unless given"
    )
    parser.add_argument("--slots", type=int, help="how much an executor runs at once; the same")
    parser.add_argument("--limited", type=float, default=0.0, help="1 for a queue with limits and partitions")
    options: Any = parser.parse_args()
    result = measurements[options.measurement](options)
    print(json.dumps(result), flush=True)
    sys.stdout.flush()
    os._exit(0)
