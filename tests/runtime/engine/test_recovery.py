"""What was started is finished: crashes, takeover, zombies, suspension, divergence, cancel, resume, fork."""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator

import pytest
from crashing import CrashingEngine, Gate

import holdfast
from holdfast import Engine, State, step, transaction, workflow

calls: list[object] = []
gate = Gate()
behaviour: dict[str, object] = {}


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    global gate
    calls.clear()
    behaviour.clear()
    gate = Gate()
    yield
    gate.opened.set()


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


@step
def note(what: object) -> object:
    calls.append(what)
    return what


@step
def held(what: str) -> str:
    calls.append(what)
    gate.wait()
    return what


@step
async def note_later(what: str) -> str:
    calls.append(what)
    return what


@step
async def held_later(what: str) -> str:
    calls.append(what)
    gate.reached.set()
    while not gate.opened.is_set():
        await asyncio.sleep(0.005)
    return what


@workflow
def three() -> list[object]:
    return [note("a"), held("b"), note("c"), holdfast.random().random(), str(holdfast.now())]


@workflow
async def three_later() -> list[object]:
    return [
        await note_later("a"),
        await held_later("b"),
        await note_later("c"),
        holdfast.random().random(),
        str(holdfast.now()),
    ]


@pytest.mark.parametrize("unit", [three, three_later])
def test_a_crashed_workflow_is_finished_by_another_engine(
    store_url: str, unit: holdfast.Workflow[[], list[object]]
) -> None:
    dying = CrashingEngine(store_url)
    dying.launch()
    dying.start(unit, id="w")
    assert gate.reached.wait(10)
    dying.crash()
    gate.opened.set()
    with Engine(store_url) as engine:
        assert engine.handle("w").result(20)[:3] == ["a", "b", "c"]  # type: ignore[index]
        record = engine.get("w")
        assert record.attempts == 2
        assert [each.key for each in engine.history("w")] == ["0", "1", "2"]
    assert calls.count("a") == 1
    assert calls.count("b") == 2
    dying.close()


def test_work_is_taken_over_when_the_lease_runs_out(store_url: str) -> None:
    dying = CrashingEngine(store_url, lease=0.4)
    with Engine(store_url, lease=0.6) as engine:
        dying.launch()
        dying.start(three, id="w")
        assert gate.reached.wait(10)
        dying.crash(found_dead=False)
        gate.opened.set()
        assert engine.handle("w").result(20)[1] == "b"  # type: ignore[index]
    dying.close()


def test_a_zombie_can_write_nothing(store_url: str) -> None:
    zombie = CrashingEngine(store_url)
    zombie.launch()
    handle = zombie.start(three, id="w")
    assert gate.reached.wait(10)
    execution = zombie._core.running()[0]
    zombie.crash()
    with Engine(store_url) as engine:
        until(lambda: calls.count("b") == 2)
        zombie.revive()
        gate.opened.set()
        engine.handle("w").result(20)
        until(lambda: not zombie._core.running())
        assert isinstance(execution.closing, holdfast.errors.Fenced)
        history = engine.history("w")
        assert [each.key for each in history] == ["0", "1", "2"]
        assert engine.get("w").state is State.SUCCEEDED
    assert calls.count("c") == 1
    assert handle.id == "w"
    zombie.close()


def test_leaving_an_engine_hands_its_work_back(store_url: str) -> None:
    with Engine(store_url) as first:
        first.start(three, id="w")
        assert gate.reached.wait(10)
        threading.Timer(0.1, gate.opened.set).start()
    with Engine(store_url) as second:
        assert second.handle("w").result(20)[:3] == ["a", "b", "c"]  # type: ignore[index]
        assert second.get("w").attempts == 1
    assert calls == ["a", "b", "c"]


@workflow
def telling() -> None:
    note("a")
    holdfast.logger.info("told")
    note("b")
    held("c")
    holdfast.logger.info("told at last")


def test_the_logger_says_nothing_twice(store_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "holdfast.workflow")
    dying = CrashingEngine(store_url)
    dying.launch()
    dying.start(telling, id="t")
    assert gate.reached.wait(10)
    dying.crash()
    gate.opened.set()
    with Engine(store_url) as engine:
        engine.handle("t").result(20)
    told = [(each.message, each.workflow_id) for each in caplog.records if each.name == "holdfast.workflow"]  # type: ignore[attr-defined]
    assert told[0] == ("told", "t")
    assert told.count(("told", "t")) == 1
    assert ("told at last", "t") in told
    dying.close()


@pytest.mark.parametrize("hours", [-24, 24])
def test_the_databases_clock_decides(store_url: str, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """An executor whose own clock is a day off takes over, sleeps and dates like any other."""
    dying = CrashingEngine(store_url, lease=0.3)
    dying.launch()
    dying.start(three, id="w")
    assert gate.reached.wait(10)
    dying.crash(found_dead=False)
    gate.opened.set()
    real = time.time
    wrong = types.SimpleNamespace(time=lambda: real() + hours * 3600, monotonic=time.monotonic)
    monkeypatch.setattr("holdfast.engine.core.time", wrong)
    with Engine(store_url, lease=0.6, suspend_after=0.05) as engine:
        assert engine.handle("w").result(20)[1] == "b"  # type: ignore[index]
        assert engine.run(napping, 0.2, id="n") == ["before", "after"]
        for moment in (engine.get("n").created_at, engine.history("n")[0].finished_at):
            assert abs(moment.timestamp() - real()) < 3600
    dying.close()


@workflow
def napping(seconds: float) -> list[object]:
    began = note("before")
    holdfast.sleep(seconds)
    return [began, note("after")]


@workflow
async def napping_later(seconds: float) -> list[object]:
    began = await note_later("before")
    await holdfast.aio.sleep(seconds)
    return [began, await note_later("after")]


@workflow
def napping_together() -> list[object]:
    def line(seconds: float) -> float:
        holdfast.sleep(seconds)
        note(seconds)
        return seconds

    return holdfast.gather(lambda: line(0.5), lambda: line(0.2))


@workflow
async def napping_together_later() -> list[object]:
    async def line(seconds: float) -> float:
        await holdfast.aio.sleep(seconds)
        await note_later(str(seconds))
        return seconds

    return await asyncio.gather(line(0.5), line(0.2))


@pytest.mark.parametrize("unit", [napping, napping_later])
def test_a_long_wait_frees_thread_and_memory(store_url: str, unit: holdfast.Workflow[[float], list[object]]) -> None:
    with Engine(store_url, suspend_after=0.1) as engine:
        handle = engine.start(unit, 0.6, id="n")
        until(lambda: not engine._core.running() and handle.state is State.WAITING)
        assert engine.get("n").wakes_at is not None
        assert handle.result(20) == ["before", "after"]
    assert calls == ["before", "after"]


@pytest.mark.parametrize("unit", [napping_together, napping_together_later])
def test_branches_that_all_wait_are_suspended(store_url: str, unit: holdfast.Workflow[[], list[object]]) -> None:
    with Engine(store_url, suspend_after=0.05) as engine:
        handle = engine.start(unit, id="n")
        until(lambda: handle.state is State.WAITING)
        assert handle.result(20) == [0.5, 0.2]
    assert len(calls) == 2


def test_a_sleep_survives_a_crash(store_url: str) -> None:
    dying = CrashingEngine(store_url, suspend_after=0.1)
    dying.launch()
    dying.start(napping, 0.5, id="n")
    until(lambda: calls == ["before"])
    until(lambda: dying.get("n").state is State.WAITING)
    dying.crash()
    with Engine(store_url) as engine:
        assert engine.handle("n").result(20) == ["before", "after"]
    assert calls == ["before", "after"]
    dying.close()


@workflow
def slow_child() -> object:
    return [note("child"), holdfast.sleep(0.4), note("woken")][2]


@workflow
def patient_parent() -> object:
    return [slow_child(), note("parent")][0]


@workflow
def starting_patient_parent() -> object:
    handle = holdfast.start(slow_child)
    return handle.result()


@pytest.mark.parametrize("unit", [patient_parent, starting_patient_parent])
def test_waiting_for_a_suspended_child_suspends_the_parent(store_url: str, unit: holdfast.Workflow[[], object]) -> None:
    with Engine(store_url, suspend_after=0.1) as engine:
        handle = engine.start(unit, id="p")
        until(lambda: handle.state is State.WAITING)
        assert handle.result(20) == "woken"
    assert calls.count("child") == 1


@workflow
def changing() -> object:
    if behaviour.get("version") == "other step":
        return [note(1), note_other(2), held("x")]
    if behaviour.get("version") == "other arguments":
        return [note(1), note(3), held("x")]
    if behaviour.get("version") == "fewer":
        return [note(1)]
    if behaviour.get("version") == "swallowing":
        try:
            note("changed")
        except Exception:
            calls.append("swallowed")
        return "swallowed"
    return [note(1), note(2), held("x")]


@step
def note_other(what: object) -> object:
    return what


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("other step", r"operation 1: .*note`.* found: .*note_other`"),
        ("other arguments", "operation 1: .*other arguments"),
        ("fewer", "operation 1: .*the code ends without it"),
        ("swallowing", "operation 0: .*other arguments"),
    ],
)
def test_code_that_differs_on_replay_is_parked_and_goes_on_once_mended(store_url: str, version: str, said: str) -> None:
    dying = CrashingEngine(store_url)
    dying.launch()
    dying.start(changing, id="w")
    assert gate.reached.wait(10)
    dying.crash()
    gate.opened.set()
    behaviour["version"] = version
    with Engine(store_url) as engine:
        with pytest.raises(holdfast.WorkflowStuck, match=said) as caught:
            engine.handle("w").result(20)
        assert "test_recovery.py:" in caught.value.difference
        record = engine.get("w")
        assert record.state is State.STUCK
        assert record.reason == caught.value.difference
        assert len(engine.history("w")) == 2
        behaviour.clear()
        engine.resume("w")
        assert engine.handle("w").result(20) == [1, 2, "x"]
    assert "swallowed" not in calls
    assert calls.count(1) == 1
    dying.close()


@workflow
def patching() -> list[object]:
    done = [note("old")] if not behaviour.get("new") or not holdfast.patched("new-way") else [note("new"), note("more")]
    held("x")
    return done


def test_patched_tells_old_runs_from_new(store_url: str) -> None:
    dying = CrashingEngine(store_url)
    dying.launch()
    dying.start(patching, id="old")
    assert gate.reached.wait(10)
    dying.crash()
    gate.opened.set()
    behaviour["new"] = True
    with Engine(store_url) as engine:
        assert engine.handle("old").result(20) == ["old"]
        assert engine.run(patching, id="new") == ["new", "more"]
    dying.close()


def test_cancel_stops_a_running_workflow(store_url: str) -> None:
    with Engine(store_url) as engine:
        handle = engine.start(three, id="w")
        assert gate.reached.wait(10)
        assert handle.cancel()
        assert handle.state is State.CANCELLED
        gate.opened.set()
        with pytest.raises(holdfast.WorkflowCancelled):
            handle.result(20)
        until(lambda: not engine._core.running())
        assert "c" not in calls
        assert not handle.cancel()
        engine.resume("w")
        assert handle.result(20)[:3] == ["a", "b", "c"]
    assert calls.count("a") == 1


def test_cancel_from_elsewhere_interrupts_an_async_step(store_url: str) -> None:
    with Engine(store_url) as engine, Engine(store_url) as other:
        handle = engine.start(three_later, id="w")
        assert gate.reached.wait(10)
        assert other.cancel("w")
        if store_url.startswith("postgresql"):
            until(lambda: not engine._core.running())
        gate.opened.set()
        with pytest.raises(holdfast.WorkflowCancelled):
            handle.result(20)


@workflow
def parent_of_held() -> object:
    return held_child()


@workflow
def held_child() -> object:
    return held("b")


def test_cancel_takes_children_along(store_url: str) -> None:
    with Engine(store_url) as engine:
        handle = engine.start(parent_of_held, id="p")
        assert gate.reached.wait(10)
        handle.cancel()
        assert {each.state for each in engine.list()} == {State.CANCELLED}
        gate.opened.set()


def test_a_delayed_workflow_can_be_cancelled(store_url: str) -> None:
    with Engine(store_url) as engine:
        handle = engine.enqueue(napping, 0.0, delay=60)
        assert handle.state is State.DELAYED
        handle.cancel()
        with pytest.raises(holdfast.WorkflowCancelled):
            handle.result(10)


@step
def failing_at_first() -> str:
    calls.append("fail")
    if behaviour.get("mended"):
        return "fine"
    raise ValueError("not yet")


@workflow
def mending() -> list[object]:
    return [note("a"), failing_at_first()]


def test_a_failed_workflow_resumes_with_the_step_that_failed(store_url: str) -> None:
    with Engine(store_url) as engine:
        with pytest.raises(ValueError, match="not yet"):
            engine.run(mending, id="m")
        behaviour["mended"] = True
        engine.resume("m")
        assert engine.handle("m").result(20) == ["a", "fine"]
        with pytest.raises(holdfast.IllegalTransition, match="succeeded"):
            engine.resume("m")
    assert calls == ["a", "fail", "fail"]


@workflow
def mending_in_branches() -> list[object]:
    def line(number: int) -> list[object]:
        return [note(number), failing_at_first() if number < 2 else held("x"), note(number)]

    return holdfast.gather(*(lambda number=number: line(number) for number in range(3)))


@workflow
def mending_child() -> list[object]:
    return [note("parent"), mending()]


@workflow
def mending_started_child() -> list[object]:
    return [note("parent"), holdfast.start(mending).result()]


@pytest.mark.parametrize(
    ("unit", "end"),
    [
        (mending_in_branches, [[0, "fine", 0], [1, "fine", 1], [2, "x", 2]]),
        (mending_child, ["parent", ["a", "fine"]]),
        (mending_started_child, ["parent", ["a", "fine"]]),
    ],
)
def test_resuming_runs_again_what_failed_and_nothing_else(
    store_url: str, unit: holdfast.Workflow[[], list[object]], end: list[object]
) -> None:
    gate.opened.set()
    with Engine(store_url) as engine:
        with pytest.raises(ValueError, match="not yet"):
            engine.run(unit, id="m")
        assert engine.get("m").state is State.FAILED
        failures = calls.count("fail")
        behaviour["mended"] = True
        engine.resume("m")
        assert engine.handle("m").result(20) == end
        assert {each.state for each in engine.list()} == {State.SUCCEEDED}
    assert calls.count("fail") == 2 * failures
    assert calls.count("a") + calls.count("x") == 1


@workflow
def refunding() -> object:
    try:
        return failing_at_first()
    except ValueError:
        note("refund")
        raise


def test_resuming_does_not_undo_what_the_code_did_about_an_error(store_url: str) -> None:
    with Engine(store_url) as engine:
        with pytest.raises(ValueError, match="not yet"):
            engine.run(refunding, id="m")
        behaviour["mended"] = True
        engine.resume("m")
        with pytest.raises(ValueError, match="not yet"):
            engine.handle("m").result(20)
        assert calls == ["fail", "refund"]
        assert engine.fork("m", at=0).result(20) == "fine"


@workflow
def declining() -> str:
    try:
        failing_at_first()
    except ValueError:
        pass
    return held("x")


def test_an_error_that_was_handled_stays_when_a_cancelled_workflow_is_resumed(store_url: str) -> None:
    with Engine(store_url) as engine:
        handle = engine.start(declining, id="d")
        assert gate.reached.wait(10)
        handle.cancel()
        gate.opened.set()
        engine.resume("d")
        assert handle.result(20) == "x"
    assert calls.count("fail") == 1


def test_children_that_were_cancelled_along_go_on_with_their_parent(store_url: str) -> None:
    with Engine(store_url) as engine:
        handle = engine.start(parent_of_held, id="p")
        assert gate.reached.wait(10)
        handle.cancel()
        until(lambda: not engine.list(state="running"))
        gate.opened.set()
        engine.resume("p")
        assert handle.result(20) == "b"
        assert {each.state for each in engine.list()} == {State.SUCCEEDED}


def test_fork_copies_the_beginning(store_url: str) -> None:
    with Engine(store_url) as engine:
        gate.opened.set()
        original = engine.run(three, id="w")
        fork = engine.fork("w", at=1, new_id="f")
        assert fork.result(20)[:4] == original[:4]
        assert calls == ["a", "b", "c", "b", "c"]
        assert engine.fork("w").result(20) == original
        with pytest.raises(holdfast.IllegalTransition, match="in use"):
            engine.fork("w", new_id="f")


def test_arguments_that_no_longer_decode_park_the_workflow(store_url: str) -> None:
    @workflow(name="evolving", version="1")
    def evolving(number: int) -> int:
        return number

    with Engine(store_url) as engine:
        engine.enqueue(evolving, 1, id="e", delay=60)
    holdfast.declare.registry._workflows.pop("evolving")

    @workflow(name="evolving", version="1")
    def evolving(number: list[str]) -> object:  # type: ignore[no-redef]
        return number

    with Engine(store_url) as engine:
        engine.resume("e")
        with pytest.raises(holdfast.WorkflowStuck, match="argument `number`"):
            engine.handle("e").result(20)


def test_work_whose_code_is_gone_waits(store_url: str) -> None:
    @workflow(name="gone", version="1")
    def gone() -> str:
        return "here"

    with Engine(store_url) as engine:
        engine.enqueue(gone, id="g", delay=60)
    former = holdfast.declare.registry._workflows.pop("gone")
    with Engine(store_url) as engine:
        engine.resume("g")
        time.sleep(0.2)
        assert engine.get("g").state is State.QUEUED
    holdfast.declare.registry._workflows["gone"] = former
    with Engine(store_url, any_version=True) as engine:
        assert engine.handle("g").result(20) == "here"


def test_other_versions_are_left_alone_unless_asked_for(store_url: str) -> None:
    @workflow(name="versioned", version="1")
    def versioned() -> str:
        return "one"

    with Engine(store_url) as engine:
        engine.enqueue(versioned, id="v", delay=0.05)
    holdfast.declare.registry._workflows.pop("versioned")

    @workflow(name="versioned", version="2")
    def versioned() -> str:  # type: ignore[no-redef]
        return "two"

    with Engine(store_url) as engine:
        time.sleep(0.3)
        assert engine.get("v").state in (State.QUEUED, State.DELAYED)
    with Engine(store_url, any_version=True) as engine:
        assert engine.handle("v").result(20) == "two"


@transaction
def append(tx, text: str) -> int:  # type: ignore[no-untyped-def]
    tx.execute("CREATE TABLE IF NOT EXISTS ledger (entry text)")
    tx.execute(f"INSERT INTO ledger VALUES ('{text}')")
    return int(tx.execute("SELECT count(*) FROM ledger").fetchone()[0])


@workflow
def appending() -> list[object]:
    return [append("a"), held("x"), append("b")]


def test_transactions_happen_exactly_once(store_url: str) -> None:
    dying = CrashingEngine(store_url)
    dying.launch()
    dying.start(appending, id="w")
    assert gate.reached.wait(10)
    dying.crash()
    gate.opened.set()
    with Engine(store_url) as engine:
        assert engine.handle("w").result(20) == [1, "x", 2]
    dying.close()


def test_more_workflows_than_slots_all_finish(store_url: str) -> None:
    gate.opened.set()
    with Engine(store_url, concurrency=2) as engine:
        handles = [engine.start(napping, 0.0) for _ in range(20)]
        assert [handle.result(30) for handle in handles] == [["before", "after"]] * 20


def test_two_engines_share_the_work(store_url: str) -> None:
    with Engine(store_url, concurrency=4) as one, Engine(store_url, concurrency=4) as two:
        handles = [one.enqueue(napping, 0.0, id=str(number)) for number in range(40)]
        assert [two.handle(handle.id).result(30) for handle in handles] == [["before", "after"]] * 40
    assert calls.count("before") == 40
    assert calls.count("after") == 40


_ENQUEUE = """
import sys, holdfast
with holdfast.Client(sys.argv[1]) as client:
    client.enqueue(sys.argv[2], "here", id="now")
    client.enqueue(sys.argv[2], "here", id="soon", delay=0.2)
"""


@workflow
def noting(what: str) -> object:
    return note(what)


def test_work_that_others_enqueue_is_found_without_polling(store_url: str) -> None:
    engine = Engine(store_url, lease=600.0)
    engine._core.store.poll = 600.0
    with engine:
        until(lambda: not engine._core.pulse._woken)
        with holdfast.Client(store_url) as client:
            handles = [client.enqueue(noting, "here"), client.enqueue(noting, "here", delay=0.2)]
        subprocess.run([sys.executable, "-c", _ENQUEUE, store_url, noting.name], check=True, timeout=60)
        for handle in [*handles, engine.handle("now"), engine.handle("soon")]:
            assert engine.handle(handle.id).result(20) == "here"


@step
async def endless_later(what: str) -> str:
    calls.append(what)
    await asyncio.sleep(3600)
    return what


@workflow
async def impatient() -> list[object]:
    async def line(what: str) -> str:
        try:
            async with asyncio.timeout(0.05):
                return await endless_later(what)
        except TimeoutError:
            return f"{what} was late"

    done = [await line("main"), *await asyncio.gather(line("branch"), note_later("other"))]
    try:
        await asyncio.wait_for(endless_later("waited for"), 0.05)
    except TimeoutError:
        done.append(await held_later("x"))
    child = await holdfast.aio.start(napping_later, 600.0)
    try:
        await asyncio.wait_for(child, 0.05)
    except TimeoutError:
        done.append("child was late")
    return [*done, await line("last")]


def test_a_step_that_the_code_cuts_short_is_cut_short_at_each_replay(store_url: str) -> None:
    end = ["main was late", "branch was late", "other", "x", "child was late", "last was late"]
    dying = CrashingEngine(store_url)
    dying.launch()
    dying.start(impatient, id="i")
    assert gate.reached.wait(10)
    dying.crash()
    gate.opened.set()
    with Engine(store_url) as engine:
        assert engine.handle("i").result(20) == end
        assert engine.replay("i") is None
        keys = [each.key for each in engine.history("i")]
    assert keys == ["0", "0.0", "1", "1.0", "2", "3", "4", "5"]
    assert [calls.count(each) for each in ("main", "branch", "waited for", "last")] == [1, 1, 1, 1]
    dying.close()


@workflow
async def impatient_collector() -> list[object]:
    done: list[object] = []
    slow = asyncio.ensure_future(endless_later("slow"))
    try:
        async with asyncio.timeout(0.2):
            async for _, what in holdfast.aio.as_completed(note_later("quick"), slow):
                done.append(what)
    except TimeoutError:
        slow.cancel()
        done.append("not all completed")
    return [*done, await held_later("x")]


def test_collecting_that_the_code_cuts_short_is_cut_short_at_each_replay(store_url: str) -> None:
    dying = CrashingEngine(store_url)
    dying.launch()
    dying.start(impatient_collector, id="i")
    assert gate.reached.wait(10)
    dying.crash()
    gate.opened.set()
    with Engine(store_url) as engine:
        assert engine.handle("i").result(20) == ["quick", "not all completed", "x"]
        own = [(each.key, each.kind) for each in engine.history("i") if "." not in each.key]
        assert own == [("0", "completed"), ("1", "completed"), ("2", "step")]
    dying.close()


@pytest.mark.parametrize("unit", [patient_parent, starting_patient_parent])
def test_a_database_in_memory_wakes_its_own_engine_without_polling(unit: holdfast.Workflow[[], object]) -> None:
    engine = Engine("sqlite:///:memory:", lease=600.0, suspend_after=0.1)
    engine._core.store.poll = 600.0
    with engine, Engine("sqlite:///:memory:") as other:
        assert engine.run(unit, id="p") == "woken"
        assert other.list() == []


@workflow
def judged(number: int) -> object:
    first = note(number)
    if behaviour.get("version") == "more":
        note("more")
    if behaviour.get("version") == "raises":
        raise ValueError("changed")
    return [first, "other"] if behaviour.get("version") == "result" else [first]


@workflow
async def judged_later(number: str) -> object:
    first = await note_later(number)
    await asyncio.gather(note_later("x"), note_later("y"))
    return [first, behaviour.get("version")]


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("", None),
        ("more", r"operation 1: .*the journal has nothing.*the code calls step .*note`"),
        ("raises", r"the workflow returned \[1\], the code raises ValueError: changed"),
        ("result", r"the workflow returned \[1\], the code returns \[1,"),
    ],
)
def test_a_finished_history_is_replayed_without_running_steps(store_url: str, version: str, said: str | None) -> None:
    with Engine(store_url) as engine:
        engine.run(judged, 1, id="j")
        engine.run(judged_later, "1", id="l")
        calls.clear()
        assert engine.replay("l") is None
        behaviour["version"] = version
        found = engine.replay("j")
        assert (found is None) if said is None else (found is not None and re.search(said, found)), found
        if version:
            assert "the workflow returned" in str(engine.replay("l"))
        assert calls == []


def test_an_unfinished_history_is_replayed_to_its_end(store_url: str) -> None:
    with Engine(store_url) as engine:
        engine.start(three, id="w")
        assert gate.reached.wait(10)
        until(lambda: engine.history("w"))
        assert engine.replay("w") is None
        assert calls == ["a", "b"]
        gate.opened.set()


@workflow
def parent_of_changing() -> object:
    return [changing(), note("after")]


def test_a_parent_waits_for_a_stuck_child_to_be_mended(store_url: str) -> None:
    dying = CrashingEngine(store_url)
    dying.launch()
    dying.start(parent_of_changing, id="p")
    assert gate.reached.wait(10)
    dying.crash()
    gate.opened.set()
    behaviour["version"] = "other step"
    with Engine(store_url, suspend_after=0.1) as engine:
        until(lambda: [each.state for each in engine.list(parent="p")] == [State.STUCK])
        until(lambda: engine.get("p").state is State.WAITING)
        behaviour.clear()
        (child,) = engine.list(parent="p")
        engine.resume(child.id)
        assert engine.handle("p").result(20) == [[1, 2, "x"], "after"]
    dying.close()


def test_closing_an_engine_ends_the_waits_of_its_handles(store_url: str) -> None:
    engine = Engine(store_url)
    engine.launch()
    handle = engine.enqueue(napping, 0.0, delay=600)
    threading.Timer(0.3, engine.close).start()
    with pytest.raises(holdfast.EngineClosed, match="goes on elsewhere"):
        handle.result(20)
