"""What the guard must not say anything about."""

import asyncio
import gc
import importlib
import logging
import sys
import threading
import time
import uuid
import warnings
from pathlib import Path
from typing import Any

import pytest
from watching import seen, watched

import holdfast
from holdfast import Engine, step, transaction, workflow
from holdfast.guard import Guard, Interception
from holdfast.guard.settings import Settings


def stamp() -> float:
    """A helper that steps, and other code, may use."""
    return time.time()


@step
def stamped(number: int) -> float:
    uuid.uuid4()
    return stamp()


@transaction
def counted(tx: Any, number: int) -> float:
    return stamp()


@workflow
def stepping(number: int) -> float:
    return stamped(number) + counted(number)


@step
async def waited(number: int) -> int:
    await asyncio.sleep(0.001)
    return int(stamp()) * 0 + number


@workflow
async def awaiting(number: int) -> int:
    return await waited(number)


def test_steps_and_transactions() -> None:
    assert watched(stepping, 1, thorough=True) == []
    assert watched(awaiting, 1, thorough=True) == []


@step(timeout=30.0)
def timely(number: int) -> float:
    return stamp()


@workflow
def on_time(number: int) -> float:
    return timely(number)


def test_a_step_with_a_timeout_which_runs_on_a_thread_of_its_own() -> None:
    assert watched(on_time, 1) == []


def test_code_that_runs_beside_a_workflow_on_another_thread_and_on_its_own() -> None:
    found: list[Interception] = []
    stop = threading.Event()

    def beside() -> None:
        while not stop.wait(0.0005):
            stamp()

    thread = threading.Thread(target=beside)
    thread.start()
    with Engine("sqlite:///:memory:", guard=Guard("warn", report=found.append, thorough=True)) as engine:
        for _ in range(5):
            engine.run(stepping, 1)
            stamp()
    stop.set()
    thread.join()
    assert found == []


def test_code_that_runs_beside_an_async_workflow_on_its_loop() -> None:
    found: list[Interception] = []

    async def beside() -> None:
        for _ in range(20):
            stamp()
            await asyncio.sleep(0)

    async def main() -> None:
        guard = Guard("warn", report=found.append, thorough=True)
        async with Engine("sqlite:///:memory:", guard=guard) as engine:
            task = asyncio.create_task(beside())
            await engine.start(awaiting, 1)
            await task

    asyncio.run(main())
    assert found == []


@workflow
def stamping() -> float:
    return stamp()


def test_an_engine_without_a_guard_beside_one_with() -> None:
    found: list[Interception] = []
    with (
        Engine("sqlite:///:memory:", guard=Guard("raise", report=found.append)) as guarded,
        Engine("sqlite:///:memory:") as free,
    ):
        assert free.run(stamping) > 0
        assert found == []
        with pytest.raises(holdfast.WorkflowStuck):
            guarded.run(stamping)
        assert free.run(stamping) > 0
    assert [each.code for each in found] == ["DUR101"]


def test_a_module_that_is_imported_by_workflow_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "late_module.py").write_text(
        "import os, time, random\nLOADED = time.time()\nNAME = os.environ.get('HOME')\nopen(__file__).close()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    @workflow(name="guarded.importing")
    def importing() -> float:
        import late_module  # type: ignore[import-not-found]

        return late_module.LOADED * 0

    try:
        assert watched(importing) == []
    finally:
        sys.modules.pop("late_module", None)
        importlib.invalidate_caches()


class Handler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        time.time()
        Path(__file__).exists()


def test_what_a_logging_handler_does() -> None:
    @workflow(name="guarded.logging")
    def telling() -> None:
        holdfast.logger.warning("x")

    handler = Handler()
    logging.getLogger("holdfast.workflow").addHandler(handler)
    try:
        assert watched(telling) == []
    finally:
        logging.getLogger("holdfast.workflow").removeHandler(handler)


class Finalized:
    def __del__(self) -> None:
        time.time()


def test_finalizers_and_the_collector() -> None:
    @workflow(name="guarded.collected")
    def dropping() -> None:
        ring: list[Any] = [Finalized()]
        ring.append(ring)
        Finalized()

    def collect(phase: str, info: dict[str, int]) -> None:
        time.monotonic()

    gc.callbacks.append(collect)
    threshold = gc.get_threshold()
    gc.set_threshold(1)
    try:
        assert watched(dropping) == []
    finally:
        gc.set_threshold(*threshold)
        gc.callbacks.remove(collect)


def test_warnings_of_the_interpreter_itself() -> None:
    @workflow(name="guarded.warned")
    def warned() -> int:
        return len(compile("x = 1 is 1", "s", "exec").co_names)

    with warnings.catch_warnings(record=True):
        assert [each for each in watched(warned) if each.code != "DUR901"] == []


class Proxy:
    """Finds what it stands for as soon as anybody asks it anything, and here there is nothing to find."""

    @property
    def __class__(self) -> Any:
        raise RuntimeError("working outside of a request")

    @__class__.setter
    def __class__(self, value: Any) -> None:
        raise RuntimeError("working outside of a request")

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("working outside of a request")


request: Any = Proxy()


@workflow
def naming_a_proxy(number: int) -> int:
    return number if number else request.user


def test_objects_that_must_not_be_asked_what_they_are() -> None:
    assert watched(naming_a_proxy, 1) == []


@workflow
def excused() -> None:
    time.time()  # holdfast: ignore[DUR101] a log line only
    vouched()
    stamp()  # holdfast: ignore[DUR101] on the way to the hazard
    time.time(  # holdfast: ignore[DUR102] another rule
    )


def vouched() -> float:  # holdfast: ignore the whole function
    return time.time()


def test_suppressions_on_the_line_on_a_function_and_on_a_call_of_the_chain() -> None:
    [it] = watched(excused)
    assert it.line == excused.function.__code__.co_firstlineno + 5


def test_functions_that_the_project_trusts() -> None:
    settings = Settings(trusted=(f"{__name__}.stamp",))
    assert watched(stamping, guard=Guard("warn", settings=settings)) == []
    assert len(watched(stamping, guard=Guard("warn", settings=Settings()))) == 1


@workflow
def under_replay_guards() -> None:
    if not holdfast.current().replaying:
        print("once")
    fresh = not holdfast.current().replaying
    fresh and print("once")
    say("once")
    for _ in range(2):
        if holdfast.current().replaying:
            continue
        print("once")


def say(text: str) -> None:
    if holdfast.current().replaying:
        return
    print(text)


def test_what_no_replay_repeats() -> None:
    assert watched(under_replay_guards) == []


def test_hazards_that_the_project_names() -> None:
    settings = Settings(effects={"network-call": [f"{__name__}.stamp"]})
    assert seen(stamping, guard=Guard("warn", settings=settings)) >= {("DUR301", f"{__name__}.stamp")}
