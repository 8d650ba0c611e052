"""Whatever way an engine ends, nothing of its guard stays behind."""

import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from holdfast import Engine, StoreUnavailable, WorkflowStuck, step, workflow
from holdfast.guard import Guard
from holdfast.guard.watcher import WATCHER


@step
def book(number: int) -> int:
    return number


def price(number: int) -> int:
    return number + len(str(number))


@workflow
def pricing(number: int) -> int:
    return book(price(number))


@workflow
def failing(number: int) -> int:
    raise ValueError(number)


@workflow
def late(number: int) -> int:
    time.time()
    return number


def nothing_is_installed() -> bool:
    if sys.version_info >= (3, 12):
        assert [sys.monitoring.get_tool(tool) for tool in (3, 4)] == [None, None]
    return sys.getprofile() is None and WATCHER.unit.codes() == []


def leave_normally() -> None:
    with Engine("sqlite:///:memory:", guard="warn") as engine:
        engine.run(pricing, 1)
        assert WATCHER.unit.holds(price.__code__)


def leave_by_an_exception() -> None:
    def leave() -> None:
        with Engine("sqlite:///:memory:", guard="warn") as engine:
            engine.run(pricing, 1)
            raise KeyError

    with pytest.raises(KeyError):
        leave()


def leave_after_a_failure() -> None:
    with Engine("sqlite:///:memory:", guard="raise") as engine:
        with pytest.raises(ValueError, match="1"):
            engine.run(failing, 1)
        with pytest.raises(WorkflowStuck):
            engine.run(late, 1)


def close_twice() -> None:
    engine = Engine("sqlite:///:memory:", guard="warn")
    engine.launch()
    engine.run(pricing, 1)
    engine.close()
    engine.close()


def fail_to_launch() -> None:
    with pytest.raises(StoreUnavailable), Engine("sqlite:////nowhere/at/all.db", guard="warn"):
        pass


def launch_several() -> None:
    with Engine("sqlite:///:memory:", guard="warn") as one:
        with Engine("sqlite:///:memory:", guard=Guard("warn", thorough=True)) as two:
            two.run(pricing, 1)
        assert not nothing_is_installed_now()
        one.run(pricing, 1)


def nothing_is_installed_now() -> bool:
    return sys.version_info >= (3, 12) and sys.monitoring.get_tool(4) is None


@pytest.mark.parametrize(
    "way", [leave_normally, leave_by_an_exception, leave_after_a_failure, close_twice, fail_to_launch, launch_several]
)
def test_nothing_stays_behind(way: Callable[[], Any]) -> None:
    way()
    assert nothing_is_installed()


UPPER = "a".upper


def call(function: Callable[[], Any]) -> Any:
    return function()


@workflow
def calling(times: int, clock: bool) -> int:
    for _ in range(times):
        call(UPPER)
    if clock:
        call(time.time)
    return times


def test_places_that_were_left_alone_are_seen_again_by_a_later_guard_and_by_a_thorough_one() -> None:
    first, later, thorough = Guard("warn"), Guard("warn"), Guard("warn", thorough=True)
    with Engine("sqlite:///:memory:", guard=first) as engine:
        engine.run(calling, 100, True)
        assert not first.seen
        with Engine("sqlite:///:memory:", guard=thorough) as other:
            other.run(calling, 100, True)
    with Engine("sqlite:///:memory:", guard=later) as engine:
        engine.run(calling, 3, True)
    assert [each.code for each in (*thorough.seen, *later.seen)] == ["DUR101", "DUR101"]


def test_the_profile_function_of_the_program_comes_back() -> None:
    calls: list[str] = []

    def profile(frame: Any, event: str, argument: Any) -> None:
        calls.append(event)

    with Engine("sqlite:///:memory:", guard="warn") as engine:
        sys.setprofile(profile)
        try:
            engine.run(pricing, 1)
            assert sys.getprofile() is profile
        finally:
            sys.setprofile(None)


def test_other_threads_have_no_profile_function() -> None:
    found: list[Any] = []
    with Engine("sqlite:///:memory:", guard="warn") as engine:
        engine.run(pricing, 1)
        thread = threading.Thread(target=lambda: found.append(sys.getprofile()))
        thread.start()
        thread.join()
    assert found == [None]


def test_an_interpreter_without_room_for_another_tool_is_told_so() -> None:
    tools = (3, 4) if sys.version_info >= (3, 12) else ()
    for tool in tools:
        sys.monitoring.use_tool_id(tool, "other")
    try:
        if tools:
            with pytest.raises(RuntimeError, match="tool id"), Engine("sqlite:///:memory:", guard="warn"):
                pass
    finally:
        for tool in tools:
            sys.monitoring.free_tool_id(tool)
    with Engine("sqlite:///:memory:", guard="warn") as engine:
        assert engine.run(pricing, 1) == 2
