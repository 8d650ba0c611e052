"""Executors struck in the middle of every operation of workflow code at once, and what is found of each afterwards."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import every_operation
import orders
from cutting_proxy import CuttingProxy, Side
from postgres_server import PostgresServer
from processes import Process
from reckoning import connect, create_booked, read_ledger

from holdfast import Engine

LEASE: Final = 1.0
PATIENCE: Final = 20.0
IN_FLIGHT: Final = 0.15
"""Seconds after which whoever has passed the gate is in the middle of its operation, where nothing else shows that it is."""


@dataclass(frozen=True)
class Found:
    """What is known of one operation's workflow when all is over.

    Attributes:
        state: of the workflow and its descendants, by id.
        result: what its operation returned.
        error: what it raised.
        history: key, kind and name of each durable operation.
        values: what it has published.
        items: what it has emitted.
        booked: what its transactions have written.
        begun_with: the tokens that the step after the operation was begun with, other than the one in the result.
        rewritten: what of it was changed after it had ended.
    """

    state: dict[str, str]
    result: Any
    error: str
    history: tuple[tuple[str, str, str], ...]
    values: dict[str, Any]
    items: tuple[Any, ...]
    booked: tuple[str, ...]
    begun_with: frozenset[str]
    rewritten: tuple[str, ...] = ()


class Stage:
    """A database, and the process that runs every operation on it.

    Args:
        url: of the database.
        folder: an empty one.
        process_url: by which the process reaches it.
        skew: seconds that the process's clock is ahead.
        gated: have every operation wait at its gate.
    """

    def __init__(self, url: str, folder: Path, process_url: str = "", skew: float = 0.0, gated: bool = True) -> None:
        self.url = url
        self.ledger = folder / "ledger"
        self.ledger.touch()
        self.gate = folder / "gate"
        create_booked(url)
        environment = {"HOLDFAST_TEST_LEDGER": str(self.ledger), "HOLDFAST_TEST_GATE": str(self.gate) if gated else ""}
        self.first = Process("every_operation_at_once.py", process_url or url, LEASE, skew, **environment)

    def wait_at_gates(self) -> None:
        """Return when every operation is at its gate."""
        self.first.wait_for("started", PATIENCE)
        wait_until(lambda: len(self._at_gates()) == len(every_operation.OPERATIONS), self.first)

    def _at_gates(self) -> set[str]:
        return {line for line in self.first.lines if line.startswith("at the gate")}

    def finish_elsewhere(self, lease: float = LEASE) -> list[str]:
        """Have an engine of this process do what is left; return all that the database then says."""
        orders.ledger = str(self.ledger)
        with Engine(self.url, executor="second", lease=lease, suspend_after=0.1) as second:
            for name in every_operation.OPERATIONS:
                wait_for_end(second, name)
            return said(second)

    def observe(self, rewritten: Iterable[str] = ()) -> dict[str, Found]:
        """Return what is found of every operation."""
        effects = read_ledger(self.ledger)
        connection = connect(self.url)
        booked = connection.execute("SELECT workflow, slot FROM booked ORDER BY 1, 2").fetchall()
        connection.close()
        with Engine(self.url, executor="onlooker") as onlooker:
            return {
                name: replace(
                    observed(onlooker, name, [given for place, given, _ in effects[name] if place == "after"]),
                    booked=tuple(str(slot) for workflow, slot in booked if workflow == name),
                    rewritten=tuple(each for each in rewritten if repr(name) in each),
                )
                for name in every_operation.OPERATIONS
            }


def wait_until(condition: Callable[[], bool], process: Process) -> None:
    """Wait for a condition; fail with what the process has said."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, process.output
        assert process.alive, process.output
        time.sleep(0.01)


def wait_for_end(engine: Engine, name: str) -> None:
    """Wait for the end of an operation's workflow; one of them is there to fail."""
    try:
        engine.handle(name).result(timeout=PATIENCE)
    except ValueError:
        pass


def said(engine: Engine) -> list[str]:
    """Return all that the database says of the workflows, as text."""
    records = engine.list(limit=1000)
    return sorted(f"{record} {engine.history(record.id)} {engine.values(record.id)}" for record in records)


def observed(engine: Engine, name: str, begun_with: list[str]) -> Found:
    """Return what the database says of an operation's workflow."""
    record = engine.get(name)
    token, result, _ = record.result or [None, None, None]
    family = [each for each in engine.list(limit=1000) if name in (each.id, each.parent)]
    return Found(
        state={each.id if each.parent is None else "child": each.state.value for each in family},
        result=result,
        error=repr(record.error),
        history=tuple((each.key, each.kind, each.name) for each in engine.history(name)),
        values=engine.values(name),
        items=tuple(engine.stream(name, "said")),
        booked=(),
        begun_with=frozenset(begun_with) - {token},
    )


Scenario = Callable[[PostgresServer, str, Path], dict[str, Found]]


def undisturbed(server: PostgresServer, url: str, folder: Path) -> dict[str, Found]:
    """Nothing happens."""
    stage = Stage(url, folder)
    orders.ledger = str(stage.ledger)
    with Engine(url, executor="second", lease=LEASE, suspend_after=0.1) as engine:
        for name, flow in every_operation.OPERATIONS.items():
            engine.start(flow, name, id=name)
        for name in every_operation.OPERATIONS:
            wait_for_end(engine, name)
    return stage.observe()


@contextmanager
def through_proxy(url: str) -> Iterator[tuple[CuttingProxy, str]]:
    """A proxy to the database of `url`, and the url through it."""
    parts = urlsplit(url)
    with CuttingProxy(parts.hostname or "", parts.port or 5432) as proxy:
        yield proxy, url.replace(f":{parts.port}/", f":{proxy.port}/") + "?sslmode=disable"


def in_flight(stage: Stage, proxy: CuttingProxy, side: Side) -> None:
    """Return when every operation's connection has something that is held up."""
    stage.wait_at_gates()
    proxy.hold(side)
    stage.gate.touch()
    wait_until(lambda: proxy.held >= len(every_operation.OPERATIONS), stage.first)
    time.sleep(IN_FLIGHT)


def killed(side: Side) -> Scenario:
    """SIGKILL; another executor finishes what is there."""

    def strike(server: PostgresServer, url: str, folder: Path) -> dict[str, Found]:
        with through_proxy(url) as (proxy, process_url):
            stage = Stage(url, folder, process_url)
            with stage.first:
                in_flight(stage, proxy, side)
                stage.first.kill()
                proxy.release(False)
                stage.finish_elsewhere()
        return stage.observe()

    return strike


def paused(side: Side) -> Scenario:
    """SIGSTOP; another executor takes over after the lease and finishes. Then what was held up arrives, and SIGCONT."""

    def strike(server: PostgresServer, url: str, folder: Path) -> dict[str, Found]:
        with through_proxy(url) as (proxy, process_url):
            stage = Stage(url, folder, process_url)
            with stage.first:
                in_flight(stage, proxy, side)
                stage.first.pause()
                before = stage.finish_elsewhere()
                proxy.release(True)
                return woken(stage, before)

    return strike


def woken(stage: Stage, before: list[str]) -> dict[str, Found]:
    """Wake the paused process, let it do what it will, and see what it has changed."""
    stage.first.signal(signal.SIGCONT)
    stage.first.wait_for("finished", PATIENCE)
    assert stage.first.wait() == 0, stage.first.output
    with Engine(stage.url, executor="onlooker") as onlooker:
        after = said(onlooker)
    return stage.observe(sorted(set(after) - set(before)))


def restarted(mode: str, side: Side) -> Scenario:
    """The database server is stopped and started again; the executor goes on by itself."""

    def strike(server: PostgresServer, url: str, folder: Path) -> dict[str, Found]:
        with through_proxy(url) as (proxy, process_url):
            stage = Stage(url, folder, process_url)
            with stage.first:
                in_flight(stage, proxy, side)
                server.stop(mode)
                proxy.release(False)
                server.start()
                stage.first.wait_for("finished", PATIENCE)
                assert stage.first.wait() == 0, stage.first.output
        return stage.observe()

    return strike


def skewed(seconds: float) -> Scenario:
    """The executor's clock is wrong, and a right one is beside it; neither takes the other for dead."""

    def strike(server: PostgresServer, url: str, folder: Path) -> dict[str, Found]:
        stage = Stage(url, folder, skew=seconds, gated=False)
        with stage.first, Engine(url, executor="beside", lease=LEASE):
            stage.first.wait_for("finished", PATIENCE)
            assert stage.first.wait() == 0, stage.first.output
        now = time.time()
        with Engine(url, executor="onlooker") as onlooker:
            for record in onlooker.list(limit=1000):
                assert record.attempts == 1, record
                assert abs(record.created_at.timestamp() - now) < abs(seconds) / 2, record
        return stage.observe()

    return strike


@contextmanager
def write_locked(url: str) -> Iterator[None]:
    """Hold the write lock of an SQLite file while the block runs."""
    with sqlite3.connect(url.removeprefix("sqlite:///").partition("?")[0], isolation_level=None, timeout=30) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
    other.close()


@contextmanager
def in_flight_before_lock(stage: Stage, url: str) -> Iterator[None]:
    """While the block runs, whoever is in the middle of an operation waits for the file's write lock."""
    stage.wait_at_gates()
    with write_locked(url):
        stage.gate.touch()
        time.sleep(IN_FLIGHT)
        yield


def killed_at_lock(server: PostgresServer, url: str, folder: Path) -> dict[str, Found]:
    """SIGKILL while all wait for the file; another executor finishes what is there."""
    stage = Stage(url, folder)
    with stage.first:
        with in_flight_before_lock(stage, url):
            stage.first.kill()
        stage.finish_elsewhere()
    return stage.observe()


def paused_at_lock(server: PostgresServer, url: str, folder: Path) -> dict[str, Found]:
    """SIGSTOP while all wait for the file; another executor takes over after the lease, and only then SIGCONT."""
    stage = Stage(url, folder)
    with stage.first:
        with in_flight_before_lock(stage, url):
            stage.first.pause()
        return woken(stage, stage.finish_elsewhere())


def locked_out(server: PostgresServer, url: str, folder: Path) -> dict[str, Found]:
    """Another program keeps the file to itself for several times as long as a write waits for it."""
    stage = Stage(url, folder, f"{url}?timeout=0.2")
    with stage.first:
        with in_flight_before_lock(stage, url):
            time.sleep(1.0)
        stage.first.wait_for("finished", PATIENCE)
        assert stage.first.wait() == 0, stage.first.output
    return stage.observe()


POSTGRES: Final[dict[str, Scenario]] = {
    "nothing": undisturbed,
    "killed before send": killed("before"),
    "killed after send": killed("after"),
    "paused before send": paused("before"),
    "paused after send": paused("after"),
    "fast restart before send": restarted("fast", "before"),
    "immediate restart after send": restarted("immediate", "after"),
    "clock an hour ahead": skewed(3600.0),
    "clock an hour behind": skewed(-3600.0),
}
"""What strikes executors on Postgres."""

SQLITE: Final[dict[str, Scenario]] = {
    "nothing": undisturbed,
    "killed": killed_at_lock,
    "paused": paused_at_lock,
    "locked out": locked_out,
    "clock an hour ahead": skewed(3600.0),
    "clock an hour behind": skewed(-3600.0),
}
"""What strikes executors on SQLite."""
