"""The engine in memory, its clock, stubs and crash points."""

import time
from datetime import UTC, datetime, timedelta

import flows
import pytest

import holdfast
from holdfast import State, WorkflowConflict, step, testing, workflow


@step
def remind(customer: str, number: int) -> int:
    return number


@workflow
def dunning(customer: str) -> list[str]:
    times = []
    for number in range(3):
        holdfast.sleep(timedelta(days=30))
        remind(customer, number)
        times.append(f"{holdfast.now():%Y-%m-%d}")
    return times


def test_sleeps_take_no_time_but_pass_on_the_clock():
    clock = testing.Clock(start=datetime(2030, 1, 1, 12, tzinfo=UTC))
    with testing.engine(clock=clock) as engine:
        assert engine.run(dunning, "ann") == ["2030-01-31", "2030-03-02", "2030-04-01"]
    assert f"{clock.now():%Y-%m-%d}" == "2030-04-01"


def test_a_clock_that_does_not_skip_is_advanced_by_hand():
    clock = testing.Clock(skips=False)
    with testing.engine(clock=clock) as engine:
        handle = engine.start(dunning, "ann")
        with pytest.raises(TimeoutError):
            handle.result(timeout=0.2)
        for number in range(3):
            while not (handle.state is State.WAITING and len(engine.history(handle.id)) == 2 * number + 1):
                time.sleep(0.001)
            clock.advance(timedelta(days=30, seconds=1))
        assert len(handle.result(timeout=10)) == 3


@workflow
def report() -> str:
    return f"{holdfast.current().tick:%H:%M}"


@workflow
def sleeper(seconds: float) -> None:
    holdfast.sleep(seconds)


def test_ticks_alone_do_not_move_a_clock_that_skips():
    clock = testing.Clock(start=datetime(2030, 1, 1, 12, 0, 30, tzinfo=UTC))
    with testing.engine(clock=clock) as engine:
        engine.schedule("hourly", "0 * * * *", report)
        engine.run(remind_once, "ann")
        time.sleep(0.2)
        assert engine.list(name=report.name) == []
        assert f"{clock.now():%H:%M}" == "12:00"


@workflow
def remind_once(customer: str) -> int:
    return remind(customer, 1)


def test_a_clock_that_skips_stops_at_the_ticks_on_the_way():
    clock = testing.Clock(start=datetime(2030, 1, 1, 12, 0, 30, tzinfo=UTC))
    with testing.engine(clock=clock) as engine:
        engine.schedule("hourly", "0 * * * *", report)
        engine.run(sleeper, 3 * 3600.0)
        found = engine.list(name=report.name, newest_first=False)
        assert [each.result for each in found] == ["13:00", "14:00", "15:00"]
        assert [f"{each.created_at:%H:%M}" for each in found] == ["13:00", "14:00", "15:00"]


def test_a_clock_that_skips_does_not_stop_at_endless_ticks(monkeypatch):
    monkeypatch.setattr("holdfast.testing.clock._MOST_TICKS", 5)
    with testing.engine(clock=testing.Clock(start=datetime(2030, 1, 1, 12, 0, 30, tzinfo=UTC))) as engine:
        engine.schedule("minutely", "* * * * *", report, catch_up=2)
        engine.run(sleeper, 86_400.0)
        deadline = time.monotonic() + 30
        while len(found := engine.list(name=report.name, state=State.SUCCEEDED, newest_first=False)) < 7:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert [each.result for each in found] == ["12:01", "12:02", "12:03", "12:04", "12:05", "11:59", "12:00"]


def test_a_clock_goes_forward_only():
    with pytest.raises(ValueError, match="forward"):
        testing.Clock().advance(-1)


def test_engines_in_memory_know_nothing_of_each_other():
    with testing.engine() as one, testing.engine() as other:
        one.run(flows.checkout, ["a"], id="same")
        other.run(flows.checkout, ["b"], id="same")
        with pytest.raises(WorkflowConflict):
            one.run(flows.checkout, ["b"], id="same")


def test_a_stub_stands_in_for_a_step_and_sees_its_calls():
    flows.EFFECTS.clear()
    with testing.engine() as engine:
        with testing.stub(flows.charge, returns="nothing") as stub:
            assert engine.run(flows.checkout, ["a", "b"]) == ["nothing", "nothing"]
        assert stub.calls == [(("a", 100), {}), (("b", 100), {})]
        assert flows.EFFECTS == []
        assert engine.run(flows.checkout, ["c"]) == ["c: 100"]


def test_a_stub_that_fails_is_tried_as_often_as_the_step():
    with testing.engine() as engine:
        with (
            testing.stub(flows.charge, raises=ConnectionError("no bank")) as stub,
            pytest.raises(ConnectionError, match="no bank"),
        ):
            engine.run(flows.checkout, ["a"])
        assert len(stub.calls) == 3


def test_a_stub_can_compute_and_stands_in_for_async_steps_too():
    async def answer(carrier):
        return carrier.upper()

    with testing.engine() as engine, testing.stub(flows.offer, calls=answer):
        assert engine.run(flows.tender, ["a", "b"]) == ["A", "B"]


def test_a_stub_needs_one_answer_and_a_declared_function():
    with pytest.raises(TypeError, match="exactly one"), testing.stub(flows.charge):
        pass
    with pytest.raises(TypeError, match="only steps"), testing.stub(print, returns=1):
        pass


@pytest.mark.parametrize(
    ("point", "effects"),
    [
        ("before charge", ["a", "a", "b"]),
        ("after charge", ["a", "b"]),
        ("before charge #2", ["a", "b", "b"]),
        ("after flows.charge #2", ["a", "b"]),
        ("before sleep", ["a", "b"]),
    ],
)
def test_a_workflow_that_crashes_at_a_point_is_resumed(point, effects):
    flows.EFFECTS.clear()
    with testing.engine() as engine, testing.crash_at(point) as crash:
        assert engine.run(flows.checkout, ["a", "b"]) == ["a: 100", "b: 100"]
    assert crash.crashes == 1
    assert effects == flows.EFFECTS


def test_a_point_that_nobody_comes_to_fails_the_test():
    with (
        testing.engine() as engine,
        pytest.raises(AssertionError, match="no workflow came"),
        testing.crash_at("after chrage"),
    ):
        engine.run(flows.checkout, ["a"])


def test_a_point_has_a_form():
    with pytest.raises(ValueError, match="before NAME"), testing.crash_at("charge"):
        pass


def test_a_restarted_engine_goes_on_with_what_was_durable():
    flows.EFFECTS.clear()
    first = testing.engine(clock=testing.Clock(skips=False))
    first.launch()
    handle = first.start(flows.checkout, ["a"], id="o-1")
    while handle.state is not State.WAITING:
        time.sleep(0.001)
    with first.restart() as second:
        assert second.get("o-1").state is State.WAITING
        second.clock.advance(100_000)
        assert second.handle("o-1").result(timeout=10) == ["a: 100"]
    assert flows.EFFECTS == ["a"]


def test_a_guarded_engine_parks_what_uses_a_hazard():
    with testing.engine(guard="raise") as engine, pytest.raises(holdfast.WorkflowStuck, match="DUR101"):
        engine.run(flows.dated, "o-1")
