"""What an engine does about a hazard: nothing, a warning, or a workflow that is parked and goes on once it is mended."""

import logging
import sys
import time

import pytest

import holdfast
from holdfast import Engine, State, WorkflowStuck, step, workflow
from holdfast.guard import Guard, Interception
from holdfast.guard.settings import Settings


@step
def book(order: str) -> str:
    return f"booked {order}"


@workflow
def twice(order: str) -> str:
    for _ in range(3):
        time.time()
    return book(order)


@workflow
def swallowing(order: str) -> str:
    booked = book(order)
    try:
        time.time()
    except Exception:
        return "swallowed"
    return booked


def test_a_warning_is_logged_once_for_a_place_and_a_workflow(caplog: pytest.LogCaptureFixture) -> None:
    guard = Guard("warn")
    with caplog.at_level(logging.WARNING, "holdfast.guard"), Engine("sqlite:///:memory:", guard=guard) as engine:
        engine.run(twice, "a")
        engine.run(twice, "b")
    assert len(caplog.records) == 1
    text = caplog.records[0].getMessage()
    for part in ("DUR101", "wall-clock", "time.time", "test_modes.py:", "twice", "holdfast.now()"):
        assert part in text
    assert [guard.seen[each] for each in guard.seen] == [6]


def test_an_interception_is_plain_data_about_the_line(tmp_path: object) -> None:
    found: list[Interception] = []
    with Engine("sqlite:///:memory:", guard=Guard("warn", report=found.append)) as engine:
        engine.run(twice, "a")
    [it] = found
    line = twice.function.__code__.co_firstlineno + 3
    assert (it.code, it.rule, it.hazard, it.path, it.line) == ("DUR101", "wall-clock", "time.time", __file__, line)
    assert (it.function, it.workflow) == ("twice", twice.name)
    assert it.remedy == "use `holdfast.now()`"


def test_raise_parks_the_workflow_and_except_exception_does_not_see_it() -> None:
    with Engine("sqlite:///:memory:", guard="raise") as engine:
        handle = engine.start(swallowing, "a")
        with pytest.raises(WorkflowStuck) as stuck:
            handle.result(timeout=30)
        assert handle.state is State.STUCK
        assert "DUR101 wall-clock" in stuck.value.difference
        assert f"`{swallowing.name}`" in stuck.value.difference
        assert [each.name for each in engine.history(handle.id)] == [book.name]  # nothing is lost


def test_a_parked_workflow_goes_on_once_its_code_is_mended() -> None:
    ran = []

    @step(name="guarded.once")
    def once(order: str) -> str:
        ran.append(order)
        return order

    @workflow(name="guarded.mended", version="1")
    def mended(order: str) -> str:
        got = once(order)
        return f"{got} at {time.time()}"

    first = mended.function
    with Engine("sqlite:///:memory:", guard="raise") as engine:
        handle = engine.start(mended, "a")
        with pytest.raises(WorkflowStuck):
            handle.result(timeout=30)

        def better(order: str) -> str:
            return f"{once(order)} at {holdfast.now().year > 2000}"

        mended.function = better
        engine.resume(handle.id)
        assert handle.result(timeout=30) == "a at True"
    assert ran == ["a"]
    mended.function = first


def test_off_installs_nothing() -> None:
    profile = sys.getprofile()
    with Engine("sqlite:///:memory:") as engine:
        assert engine.run(twice, "a") == "booked a"
        assert sys.getprofile() is profile
        if sys.version_info >= (3, 12):
            assert [sys.monitoring.get_tool(tool) for tool in (3, 4)] == [None, None]


def test_a_mode_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="`off`, `warn` or `raise`, not 'loud'"):
        Guard("loud")  # type: ignore[arg-type]


def test_rules_that_the_project_turned_off_stay_silent() -> None:
    guard = Guard("raise", settings=Settings(codes=frozenset({"DUR102"})))
    with Engine("sqlite:///:memory:", guard=guard) as engine:
        assert engine.run(twice, "a") == "booked a"


def test_what_holdfast_offers_in_place_of_hazards_is_none() -> None:
    @workflow(name="guarded.offered")
    def offered() -> str:
        holdfast.logger.info("now %s", holdfast.now())
        holdfast.random().random()
        holdfast.sleep(0.001)
        return str(holdfast.uuid4())

    with Engine("sqlite:///:memory:", guard="raise") as engine:
        assert engine.run(offered)
