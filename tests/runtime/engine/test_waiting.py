"""Whoever waits for a workflow hears of its end, however slowly it goes to sleep."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from crashing import Gate

import holdfast.aio
from holdfast import Client, Engine, step, workflow
from holdfast.engine.completion import Completion
from holdfast.states import State

gate = Gate()


@step
def held() -> str:
    gate.wait()
    return "done"


@workflow
def work() -> str:
    return held()


@workflow
async def nap(seconds: float) -> str:
    await holdfast.aio.sleep(seconds)
    return "awake"


def slow_to_sleep(pulse: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a waiter lose the processor right after it has asked the pulse to look for the end of its workflow."""
    watch = pulse.watch  # type: ignore[attr-defined]

    def dawdle() -> None:
        watch()
        if threading.current_thread() is threading.main_thread():
            time.sleep(0.3)

    monkeypatch.setattr(pulse, "watch", dawdle)


@pytest.mark.parametrize("face", [Engine, Client])
def test_the_end_on_another_executor_is_heard_by_who_is_slow_to_sleep(
    store_url: str, face: type[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    global gate
    gate = Gate()
    with Engine(store_url, executor="runs") as runs, face(store_url, executor="waits") as waits:
        slow_to_sleep(waits._core.pulse, monkeypatch)
        runs.start(work, id="w")
        assert gate.reached.wait(10)
        threading.Timer(0.6, gate.opened.set).start()
        assert waits.handle("w").result(timeout=20) == "done"


def test_a_workflow_that_goes_on_elsewhere_is_heard_of_by_who_ran_it(store_url: str) -> None:
    with Engine(store_url, executor="other", suspend_after=0.01) as other:
        with Engine(store_url, executor="first", suspend_after=0.01) as first:
            first._core.resume_claimed = None  # type: ignore[assignment,method-assign]  # it wakes up at the other one only
            first._core.code.offers = lambda: ([], [])  # type: ignore[method-assign]
            found: list[object] = []
            thread = threading.Thread(target=lambda: found.append(first.run(nap, 0.2)), daemon=True)
            thread.start()
            thread.join(20)
            assert found == ["awake"]
        assert [record.state for record in other.list()] == [State.SUCCEEDED]


def test_a_resume_does_not_forget_who_waits() -> None:
    completion = Completion("w")
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(completion.wait(20)), daemon=True)
    thread.start()
    while not completion.waiters:
        time.sleep(0.001)
    time.sleep(0.05)
    completion.reopen()
    completion.settle(State.SUCCEEDED, 1, None, None)
    thread.join(10)
    assert [each.result for each in found] == [1]  # type: ignore[attr-defined]


@workflow
async def impatient(seconds: float) -> list[str]:
    async def timed() -> str:
        async with asyncio.timeout(seconds):
            await holdfast.aio.sleep(1000)
        return "slept"

    heard = []
    for attempt in (timed, timed, lambda: asyncio.wait_for(holdfast.aio.sleep(1000), seconds)):
        try:
            await attempt()
        except TimeoutError:
            heard.append("timed out")
    return heard


@workflow
async def impatient_beside(seconds: float) -> list[str]:
    async def sleeper() -> str:
        await holdfast.aio.sleep(0.3)
        return "slept"

    async def timed() -> str:
        try:
            async with asyncio.timeout(seconds):
                await holdfast.aio.sleep(1000)
        except TimeoutError:
            return "timed out"
        return "slept"

    return list(await asyncio.gather(sleeper(), timed()))


def test_a_time_limit_of_the_loop_keeps_a_sleeping_workflow_awake(store_url: str) -> None:
    with Engine(store_url, suspend_after=0.05) as engine:
        assert engine.run(impatient, 0.2, id="i") == ["timed out"] * 3
        assert engine.run(impatient_beside, 0.6, id="b") == ["slept", "timed out"]
