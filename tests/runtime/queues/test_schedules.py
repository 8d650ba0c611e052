"""Schedules through the engine's face: once a tick, whatever the number of executors."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import holdfast
from holdfast import Engine, Queue, State, testing, workflow
from holdfast.testing import Clock

MakeQueue = Callable[..., Queue]
NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


@workflow
def report(kind: str) -> str:
    tick = holdfast.current().tick
    return f"{kind} {tick.isoformat() if tick else None}"


@workflow
def other_report(kind: str) -> str:
    return "other " + kind


def until(true: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 30
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def results(engine: Engine, count: int) -> list[str]:
    """Wait until `count` workflows have succeeded; return their results by id."""
    until(lambda: len(engine.list(state=State.SUCCEEDED, limit=1000)) >= count)
    return [record.result for record in sorted(engine.list(limit=1000), key=lambda each: each.id)]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON, skips=False)


def seen_to(engine: Engine, clock: Clock) -> None:
    until(lambda: all(each.paused or each.next_at > clock.now() for each in engine.schedules.list()))


def test_each_tick_starts_one_run_that_knows_it(clock: Clock) -> None:
    with testing.engine(clock=clock) as engine:
        engine.schedule("hourly", "0 * * * *", report, "sales")
        clock.advance(timedelta(hours=1))
        assert results(engine, 1) == ["sales 2026-03-01T13:00:00+00:00"]
        clock.advance(timedelta(hours=1))
        assert results(engine, 2)[1] == "sales 2026-03-01T14:00:00+00:00"
        assert [record.id for record in engine.list(newest_first=False)] == [
            "hourly/2026-03-01T13:00:00Z",
            "hourly/2026-03-01T14:00:00Z",
        ]
        assert engine.schedules.get("hourly").last_at == datetime(2026, 3, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("catch_up", "hours"), [("skip", []), ("one", [17]), ("all", [13, 14, 15, 16, 17]), (2, [16, 17])]
)
def test_what_was_missed_is_made_up_as_asked(clock: Clock, catch_up: Any, hours: list[int]) -> None:
    with testing.engine(clock=clock) as engine:
        engine.schedule("hourly", "0 * * * *", report, "x", catch_up=catch_up)
        clock.advance(timedelta(hours=5, minutes=10))
        seen_to(engine, clock)
        assert results(engine, len(hours)) == [f"x 2026-03-01T{hour}:00:00+00:00" for hour in hours]
        assert engine.schedules.get("hourly").next_at == datetime(2026, 3, 1, 18, tzinfo=UTC)


def test_pause_skips_and_resume_goes_on(clock: Clock) -> None:
    with testing.engine(clock=clock) as engine:
        engine.schedule("hourly", "0 * * * *", report, "x", catch_up="all")
        engine.schedules.pause("hourly")
        engine.schedule("hourly", "0 * * * *", report, "y", catch_up="all")  # the program begins again
        assert engine.schedules.get("hourly").next_at is None
        clock.advance(timedelta(hours=3))
        engine.schedules.resume("hourly")
        clock.advance(timedelta(hours=1))
        assert results(engine, 1) == ["y 2026-03-01T16:00:00+00:00"]


def test_a_changed_schedule_takes_effect(clock: Clock) -> None:
    with testing.engine(clock=clock) as engine:
        engine.schedule("s", "0 0 1 1 *", report, "x")
        engine.schedule("s", "30 * * * *", other_report, "x")
        clock.advance(timedelta(minutes=40))
        assert results(engine, 1) == ["other x"]
        engine.schedules.delete("s")
        assert engine.schedules.list() == []


def test_trigger_and_backfill(clock: Clock) -> None:
    with testing.engine(clock=clock) as engine:
        engine.schedule("daily", "0 6 * * *", report, "x", timezone="Asia/Tokyo")
        engine.schedules.pause("daily")
        assert engine.schedules.trigger("daily").result(30).startswith("x 2026-03-01T12:00:3")
        start = datetime(2026, 2, 1, tzinfo=UTC)
        handles = engine.schedules.backfill("daily", start, start + timedelta(days=3))
        again = engine.schedules.backfill("daily", start, start + timedelta(days=4))
        assert [handle.id for handle in again][:3] == [handle.id for handle in handles]
        assert [handle.result(30) for handle in again] == [f"x 2026-02-0{day}T21:00:00+00:00" for day in (1, 2, 3, 4)]
        with pytest.raises(ValueError, match="time zone"):
            engine.schedules.backfill("daily", datetime(2026, 1, 1), start)


def test_many_executors_start_one_run_a_tick(store_url: str) -> None:
    with ExitStack() as stack:
        engines = [stack.enter_context(Engine(store_url)) for _ in range(4)]
        for engine in engines:
            engine.schedule("every second", "* * * * * *", report, "x", catch_up="all")
        until(lambda: len(engines[0].list(state=State.SUCCEEDED)) >= 3)
        engines[1].schedules.delete("every second")
        time.sleep(0.2)
        records = engines[0].list(newest_first=False, limit=1000)
    moments = [datetime.fromisoformat(record.id.rpartition("/")[2]) for record in records]
    assert moments == [moments[0] + timedelta(seconds=n) for n in range(len(moments))]
    assert all(record.attempts == 1 for record in records)


def test_what_a_schedule_starts_belongs_to_its_partition(store_url: str, make_queue: MakeQueue) -> None:
    make_queue("tenants", per_partition=1)
    with Engine(store_url) as engine:
        engine.schedule("ann", "* * * * * *", report, "x", queue="tenants", partition="ann")
        until(lambda: engine.list(state=State.SUCCEEDED))
        assert engine.schedules.get("ann").partition == "ann"
        engine.schedule("ann", "0 0 1 1 *", report, "x", queue="tenants", partition="bob")
        assert engine.schedules.trigger("ann").result(30) == engine.list(limit=1)[0].result
        assert [each.partition for each in engine.list(limit=1)] == ["bob"]
        assert {each.partition for each in engine.list()} == {"ann", "bob"}
        with pytest.raises(ValueError, match="say which with `partition=`"):
            engine.schedule("ann", "* * * * *", report, "x", queue="tenants")
        with pytest.raises(ValueError, match="has no partitions"):
            engine.schedule("ann", "* * * * *", report, "x", partition="ann")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cron": "61 * * * *"}, "cannot be read"),
        ({"cron": "0 0 30 2 *"}, "cron expression"),
        ({"timezone": "Mars/Olympus"}, "time zone"),
        ({"catch_up": "some"}, "catch_up"),
        ({"catch_up": 0}, "catch_up"),
    ],
)
def test_schedules_that_make_no_sense_are_refused(clock: Clock, options: dict[str, Any], message: str) -> None:
    cron = options.pop("cron", "0 * * * *")
    with testing.engine(clock=clock) as engine:
        with pytest.raises(ValueError, match=message):
            engine.schedule("s", cron, report, "x", **options)
        with pytest.raises(holdfast.UnknownSchedule, match="'s'"):
            engine.schedules.get("s")
