"""What workflow code starts with the options of `enqueue`, on every store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import holdfast
from holdfast import Engine, Queue, State, WorkflowStuck, step, workflow

MakeQueue = Callable[..., Queue]

_lock = threading.Lock()
_going = threading.Event()
_now = 0
_most = 0
_options: dict[str, Any] = {}


@pytest.fixture(autouse=True)
def fresh() -> None:
    global _now, _most
    _now = _most = 0
    _going.clear()
    _options.clear()


@step
def work(name: str) -> str:
    global _now, _most
    with _lock:
        _now += 1
        _most = max(_most, _now)
    time.sleep(0.02)
    with _lock:
        _now -= 1
    return name


@workflow
def job(name: str) -> str:
    return work(name)


@step
def hold() -> None:
    assert _going.wait(30)


@workflow
def held(name: str) -> str:
    hold()
    return name


@workflow
def sends_out(count: int) -> list[str]:
    handles = [holdfast.start(job, f"w{n}", queue="narrow") for n in range(count)]
    return [handle.result() for handle in handles]


@workflow
async def sends_out_later(count: int) -> list[str]:
    handles = [await holdfast.aio.start(job, f"w{n}", queue="narrow") for n in range(count)]
    return [await handle for handle in handles]


@pytest.mark.parametrize("unit", [sends_out, sends_out_later])
def test_children_keep_to_the_limits_of_their_queue(store_url: str, make_queue: MakeQueue, unit: Any) -> None:
    make_queue("narrow", concurrency=2)
    with Engine(store_url, suspend_after=0.05) as engine:
        assert engine.run(unit, 8, id="p") == [f"w{n}" for n in range(8)]
        assert {each.queue for each in engine.list(parent="p")} == {"narrow"}
    assert 1 <= _most <= 2


@workflow
def starts(name: str) -> str:
    started = holdfast.start(held, name, id=f"child of {name}", **_options)
    holdfast.receive("replay")
    return started.id


def suspended(engine: Engine, id: str) -> None:
    """Wait until a workflow has given up its memory: what happens to it next, it sees in a replay."""
    deadline = time.monotonic() + 30
    while engine.get(id).state is not State.WAITING:
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_every_option_is_that_of_enqueue(store_url: str, make_queue: MakeQueue) -> None:
    queue = make_queue("split", partitioned=True)
    _options.update(queue=queue, priority=-3, delay=600.0, partition="ann", deadline=3600.0)
    with Engine(store_url) as engine:
        engine.start(starts, "a", id="p")
        engine.send("p", None, topic="replay")
        child = engine.get(engine.handle("p").result(30))
        same = engine.get(
            engine.enqueue(
                held, "b", queue=queue, priority=-3, delay=600.0, partition="ann", deadline=3600.0, id="enqueued"
            ).id
        )
    for name in ("queue", "priority", "partition", "state", "version"):
        assert getattr(child, name) == getattr(same, name)
    assert child.state is State.DELAYED
    for name in ("wakes_at", "deadline_at"):
        assert abs((getattr(child, name) - getattr(same, name)).total_seconds()) < 300


@pytest.mark.parametrize(
    ("recorded", "given"),
    [
        ({"queue": "one"}, {"queue": "two"}),
        ({"queue": "one"}, {}),
        ({}, {"priority": 1}),
        ({"queue": "one", "priority": 1}, {"queue": "one", "priority": 2}),
        ({"delay": 10.0}, {"delay": 11.0}),
        ({"queue": "one", "deduplicate": "a"}, {"queue": "one", "deduplicate": "b"}),
        ({"deadline": 50.0}, {"deadline": 51.0}),
    ],
)
def test_other_options_at_a_replay_are_a_difference(
    store_url: str, make_queue: MakeQueue, recorded: dict[str, Any], given: dict[str, Any]
) -> None:
    make_queue("one")
    make_queue("two")
    _going.set()
    with Engine(store_url, suspend_after=0.05) as engine:
        _options.update(recorded)
        handle = engine.start(starts, "a", id="p")
        suspended(engine, "p")
        _options.clear()
        _options.update(given)
        engine.send("p", None, topic="replay")
        with pytest.raises(WorkflowStuck, match=r"start `.*` .* with other arguments"):
            handle.result(30)
        _options.clear()
        _options.update(recorded)
        engine.resume("p")
        assert engine.handle("p").result(30) == "child of a"


@workflow
def joins(name: str) -> tuple[str, str]:
    found = holdfast.start(held, name, queue="keyed", deduplicate="daily")
    holdfast.receive("replay")
    return found.id, found.result()


def test_a_deduplicated_child_is_the_recorded_one_for_ever(store_url: str, make_queue: MakeQueue) -> None:
    make_queue("keyed")
    with Engine(store_url, suspend_after=0.05) as engine:
        first = engine.enqueue(held, "first", queue="keyed", deduplicate="daily", id="holder")
        handle = engine.start(joins, "second", id="p")
        suspended(engine, "p")
        _going.set()
        assert first.result(30) == "first"
        engine.send("p", None, topic="replay")
        # Replayed when nothing in the queue has that key any more.
        assert handle.result(30) == ("holder", "first")
        assert engine.list(parent="p") == []
        again = engine.start(joins, "third", id="q")
        engine.send("q", None, topic="replay")
        own, result = again.result(30)
        assert result == "third"
        assert [each.id for each in engine.list(parent="q")] == [own]


@workflow
def asks_for_a_queue(name: str) -> str:
    try:
        holdfast.start(job, name, queue="built later")
        found = "there"
    except holdfast.UnknownQueue:
        found = "missing"
    holdfast.receive("replay")
    return found


def test_a_queue_that_was_missing_is_missing_at_the_replay(store_url: str, make_queue: MakeQueue) -> None:
    with Engine(store_url, suspend_after=0.05) as engine:
        handle = engine.start(asks_for_a_queue, "x", id="p")
        suspended(engine, "p")
        make_queue("built later")
        engine.send("p", None, topic="replay")
        assert handle.result(30) == "missing"
        assert engine.list(parent="p") == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"queue": "flat", "partition": "p"}, "has no partitions"),
        ({"queue": "parted"}, "has partitions"),
        ({"delay": -1.0}, "0 or more seconds"),
        ({"priority": 2**40}, "32 bits"),
    ],
)
def test_options_that_do_not_fit_are_errors_of_the_workflow(
    store_url: str, make_queue: MakeQueue, options: dict[str, Any], message: str
) -> None:
    make_queue("flat")
    make_queue("parted", partitioned=True)
    _options.update(options)
    with Engine(store_url) as engine, pytest.raises(ValueError, match=message):
        engine.run(starts, "a")


@workflow
def shares(number: int) -> str:
    return holdfast.start(held, "shared", id="shared").result()


def test_workflows_that_wait_for_anothers_child_hear_of_its_end(store_url: str) -> None:
    with Engine(store_url, suspend_after=0.05) as engine:
        handles = [engine.start(shares, n, id=f"p{n}") for n in range(3)]
        for n in range(3):
            suspended(engine, f"p{n}")
        _going.set()
        assert [handle.result(30) for handle in handles] == ["shared"] * 3
