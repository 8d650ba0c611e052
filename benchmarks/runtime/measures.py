"""What is measured, and how one number of it is had from a contestant's driver."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from contestants import HERE, Contestant

sys.path.insert(0, str(HERE.parents[1] / "tests" / "runtime"))
from postgres_server import PostgresServer
from psycopg.sql import SQL, Literal

CLAIM = 5
"""Seconds of lease or claim in the crash measurements."""


@dataclass(frozen=True)
class Sizes:
    """How much of each thing one measurement does."""

    latency: int = 200
    throughput: int = 2000
    slow_throughput: int = 400
    crashed: int = 500
    replayed: int = 1000
    asleep: int = 100_000
    enqueued: int = 200
    emptied: int = 10_000
    slowly_emptied: int = 1200
    idle: float = 10.0


QUICK = Sizes(
    latency=40,
    throughput=300,
    slow_throughput=100,
    crashed=50,
    replayed=200,
    asleep=2000,
    enqueued=40,
    emptied=2000,
    slowly_emptied=200,
    idle=4.0,
)


class Bench:
    """A place to measure in: for each system a server of its own with fsync on, a folder for SQLite, and the sizes.

    Use as a context manager. All servers have the same settings; each is started when its system is first measured.
    """

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self._open = ExitStack()
        self._servers: dict[str, PostgresServer] = {}

    def __enter__(self) -> Self:
        self._folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="holdfast-bench-")))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def server(self, contestant: Contestant) -> PostgresServer:
        """Return the server of a contestant's system."""
        if contestant.system not in self._servers:
            self._servers[contestant.system] = self._open.enter_context(PostgresServer())
        return self._servers[contestant.system]

    @contextmanager
    def database(self, contestant: Contestant) -> Iterator[str]:
        """Give the url of a fresh database for a contestant and drop it afterwards."""
        if contestant.store == "sqlite":
            with tempfile.TemporaryDirectory(dir=self._folder) as folder:
                yield f"sqlite:///{folder}/bench.db"
            return
        server = self.server(contestant)
        name = server.create_database()
        server.execute(SQL("CHECKPOINT"))  # so that none falls into the measurement
        try:
            yield server.url(name)
        finally:
            server.drop_database(name)

    def run(
        self, contestant: Contestant, measurement: str, url: str, within: float = 900.0, **options: object
    ) -> dict[str, float]:
        """Run one measurement of a contestant's driver to its end, in so many seconds, and return what it prints."""
        try:
            done = subprocess.run(
                _command(contestant, measurement, url, options),
                env=_environment(),
                capture_output=True,
                text=True,
                timeout=within,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"{contestant.name}: {measurement} was cut after {within:g} s") from error
        if done.returncode:
            raise RuntimeError(f"{contestant.name}: {measurement} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return result

    @contextmanager
    def hanging(
        self, contestant: Contestant, measurement: str, url: str, **options: object
    ) -> Iterator[subprocess.Popen[str]]:
        """Run a measurement that hangs once it is ready, and kill it with SIGKILL at the end of the block."""
        with self.all_hanging(contestant, measurement, url, [options]) as processes:
            yield processes[0]

    @contextmanager
    def all_hanging(
        self, contestant: Contestant, measurement: str, url: str, each: Sequence[dict[str, object]]
    ) -> Iterator[list[subprocess.Popen[str]]]:
        """The same with several processes, one for each of the options, which start side by side."""
        with tempfile.TemporaryFile("w+") as said:  # a pipe that nobody reads would stop who writes much
            processes = [
                subprocess.Popen(
                    _command(contestant, measurement, url, options),
                    env=_environment(BENCH_BLOCK="1"),
                    stdout=subprocess.PIPE,
                    stderr=said,
                    text=True,
                )
                for options in each
            ]
            try:
                for process in processes:
                    assert process.stdout is not None
                    if not any(line.startswith("READY") for line in process.stdout):
                        said.seek(0)
                        raise RuntimeError(f"{contestant.name}: {measurement} failed:\n{said.read()[-4000:]}")
                yield processes
            finally:
                for process in processes:
                    process.send_signal(signal.SIGKILL)
                for process in processes:
                    process.communicate()


def _environment(**more: str) -> dict[str, str]:
    """The environment of a driver: bytecode is kept, as in an installation, whatever the shell of a checkout says of it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"BENCH_BEGAN": str(time.time())} | more


def _command(contestant: Contestant, measurement: str, url: str, options: dict[str, object]) -> list[str]:
    words = [
        word for name, value in {**dict(contestant.options), **options}.items() for word in (f"--{name}", str(value))
    ]
    style = ["--style", contestant.style]
    return [str(contestant.python()), str(contestant.driver), measurement, "--url", url, *style, *words]


def latency(bench: Bench, contestant: Contestant) -> dict[str, float]:
    """Sequential workflows of ten steps."""
    with bench.database(contestant) as url:
        return bench.run(contestant, "latency", url, count=bench.sizes.latency, steps=10)


def throughput(at: int) -> Callable[[Bench, Contestant], dict[str, float]]:
    """Workflows of three steps, `at` of them at once."""

    def measure(bench: Bench, contestant: Contestant) -> dict[str, float]:
        slow = contestant.system == "dbos" or at == 1
        count = bench.sizes.slow_throughput if slow else bench.sizes.throughput
        with bench.database(contestant) as url:
            return bench.run(contestant, "throughput", url, count=count, steps=3, at=at)

    return measure


def recovery(bench: Bench, contestant: Contestant) -> dict[str, float]:
    """Half-done workflows, killed with SIGKILL, until all are finished by the same executor started again."""
    return {"recover_s": _killed_and_resumed(bench, contestant, bench.sizes.crashed, 1)["recover_s"]}


def takeover(bench: Bench, contestant: Contestant) -> dict[str, float]:
    """The same by another executor, less the lease: the first one is frozen, so nobody can see that it is gone."""
    size = {"count": bench.sizes.crashed, "steps": 1, "lease": CLAIM}
    with bench.database(contestant) as url, bench.hanging(contestant, "crash", url, **size) as process:
        process.send_signal(signal.SIGSTOP)
        result = bench.run(contestant, "recover", url, executor="another", **size)
    return {"takeover_s": result["recover_s"] - CLAIM}


def replay(bench: Bench, contestant: Contestant) -> dict[str, float]:
    """One workflow with many checkpoints, from launch to its last step, less the same with one checkpoint."""
    times = [_killed_and_resumed(bench, contestant, 1, steps)["last_step_s"] for steps in (bench.sizes.replayed, 1)]
    return {"replay_ms": (times[0] - times[1]) * 1e3}


def _killed_and_resumed(bench: Bench, contestant: Contestant, count: int, steps: int) -> dict[str, float]:
    size = {"count": count, "steps": steps, "lease": CLAIM}
    with bench.database(contestant) as url:
        with bench.hanging(contestant, "crash", url, **size):
            pass
        return bench.run(contestant, "recover", url, **size)


def enqueued(bench: Bench, contestant: Contestant) -> dict[str, float]:
    """From the call that enqueues a workflow in one process to its first line in another, which does nothing else."""
    with bench.database(contestant) as url:
        bench.run(contestant, "launch", url)  # creates the schema
        with bench.hanging(contestant, "send", url):
            return bench.run(contestant, "receive", url, count=bench.sizes.enqueued, executor="another")


def launch(bench: Bench, contestant: Contestant) -> dict[str, float]:
    """From the start of the process to a launched engine, on a database that has the schema already."""
    with bench.database(contestant) as url:
        bench.run(contestant, "launch", url)
        return bench.run(contestant, "launch", url)


def idle(bench: Bench, contestant: Contestant, executor: str = "idle") -> dict[str, float]:
    """A launched executor with nothing to do, in a second: its statements, from the server's log, and processor time.

    `executor` names the measurement of the driver that launches it.
    """
    server = bench.server(contestant)
    with bench.database(contestant) as url:
        bench.run(contestant, "launch", url)  # creates the schema
        database = urlsplit(url).path.lstrip("/")
        server.log_statements(database)
        with bench.hanging(contestant, executor, url) as process:

            def so_far() -> tuple[float, float, float]:
                statements = len(server.logged_statements(database))
                return statements, on_processor(process.pid), sum(map(on_processor, sessions(server, database)))

            time.sleep(3)
            before = so_far()
            time.sleep(bench.sizes.idle)
            after = so_far()
    statements, own_time, sessions_time = ((b - a) / bench.sizes.idle for a, b in zip(before, after, strict=True))
    return {"statements_per_s": statements, "executor_ms_per_s": own_time * 1e3, "server_ms_per_s": sessions_time * 1e3}


def sessions(server: PostgresServer, database: str) -> list[int]:
    """Return the processes of the sessions that are open in a database, as the server names them."""
    statement = SQL("SELECT pid FROM pg_stat_activity WHERE datname = {}").format(Literal(database))
    return [int(str(row[0])) for row in server.execute(statement)]


def on_processor(pid: int) -> float:
    """Return the seconds that a process with all its threads has been on a processor, from Linux' own count in ns."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def sleeping(bench: Bench, contestant: Contestant) -> dict[str, float]:
    """The growth of resident memory from many workflows that sleep for a day."""
    with bench.database(contestant) as url:
        return bench.run(contestant, "sleeping", url, count=bench.sizes.asleep)


@dataclass(frozen=True)
class Measure:
    """One row of the table: a key of what a run returns, its unit, and which contestants have it.

    Those with the same `curve` are one line of a plot, each a point `at` its place.
    """

    key: str
    title: str
    unit: str
    run: Callable[[Bench, Contestant], dict[str, float]]
    more_is_better: bool = False
    systems: tuple[str, ...] = ("floor", "holdfast", "dbos", "absurd")
    stores: tuple[str, ...] = ("postgres", "sqlite")
    styles: tuple[str, ...] = ("sync", "async")
    curve: str = ""
    at: float = 0.0

    def fits(self, contestant: Contestant) -> bool:
        """Whether this contestant has this measure."""
        return contestant.system in self.systems and contestant.store in self.stores and contestant.style in self.styles


_PEERS = ("holdfast", "dbos", "absurd")
_POSTGRES = ("postgres",)

MEASURES = (
    Measure("step_ms", "a step, sequential", "ms", latency),
    Measure("workflow_ms", "a workflow of 10 steps, sequential", "ms", latency),
    *(
        Measure("steps_per_s", f"steps, {at} workflows of 3 at once", "/s", throughput(at), more_is_better=True)
        for at in (1, 8, 32, 50, 256)
    ),
    Measure("recover_s", "500 half-done workflows, same executor", "s", recovery, False, _PEERS, _POSTGRES, ("async",)),
    Measure(
        "takeover_s",
        "the same, another executor, less the lease",
        "s",
        takeover,
        False,
        ("holdfast",),
        _POSTGRES,
        ("async",),
    ),
    Measure("replay_ms", "replay of 1,000 checkpoints", "ms", replay, False, _PEERS, _POSTGRES, ("async",)),
    Measure(
        "enqueued_ms", "enqueued in one process, running in another", "ms", enqueued, False, _PEERS, styles=("sync",)
    ),
    Measure("statements_per_s", "statements when idle", "/s", idle, False, _PEERS, _POSTGRES, ("async",)),
    Measure("launch_s", "process start, import and launch", "s", launch, styles=("sync",)),
    Measure("resident_mb", "memory after launch", "MB", launch, styles=("sync",)),
    Measure("growth_mb", "100,000 sleeping workflows", "MB", sleeping, False, ("holdfast",), styles=("sync",)),
)
