"""Queues through the engine's face, on every store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest

import holdfast
from holdfast import Client, Engine, Limits, Queue, Rate, State, WorkflowCancelled, step, workflow

MakeQueue = Callable[..., Queue]

_going = threading.Event()
_order: list[str] = []
_lock = threading.Lock()
_now = 0
_most = 0


@pytest.fixture(autouse=True)
def fresh() -> None:
    global _now, _most
    _going.clear()
    _order.clear()
    _now = _most = 0


@step
def work(name: str) -> str:
    global _now, _most
    with _lock:
        _order.append(name)
        _now += 1
        _most = max(_most, _now)
    time.sleep(0.01)
    with _lock:
        _now -= 1
    return name


@workflow
def job(name: str) -> str:
    return work(name)


@step
def wait_for_it() -> None:
    assert _going.wait(30)


@workflow
def blocked(name: str) -> str:
    wait_for_it()
    return work(name)


@workflow
def sleeper() -> str:
    holdfast.sleep(0.3)
    return work("slept")


def test_the_limit_holds_over_several_engines_and_everything_is_done(store_url: str, make_queue: MakeQueue) -> None:
    queue = make_queue("limited", concurrency=3)
    with ExitStack() as stack:
        engines = [stack.enter_context(Engine(store_url)) for _ in range(3)]
        handles = [engines[n % 3].enqueue(job, f"w{n}", queue=queue) for n in range(30)]
        assert [handle.result(60) for handle in handles] == [f"w{n}" for n in range(30)]
    assert _most <= 3
    assert len(_order) == 30


def test_a_slot_is_kept_while_its_workflow_sleeps(store_url: str, make_queue: MakeQueue) -> None:
    queue = make_queue("one", concurrency=1)
    with Engine(store_url, suspend_after=0.05) as engine:
        first = engine.enqueue(sleeper, queue=queue)
        second = engine.enqueue(job, "next", queue=queue)
        assert (first.result(30), second.result(30)) == ("slept", "next")
    assert _order == ["slept", "next"]


def test_limits_change_while_the_queue_runs(store_url: str, make_queue: MakeQueue) -> None:
    queue = make_queue("changing", concurrency=1)
    with Engine(store_url) as engine, Client(store_url) as client:
        handles = [engine.enqueue(blocked, f"w{n}", queue=queue) for n in range(4)]
        until(lambda: client.queues.get("changing").begun == 1)
        assert client.queues.set("changing", concurrency=3) == Limits(concurrency=3)
        until(lambda: client.queues.get("changing").begun == 3)
        record = client.queues.get("changing")
        assert (record.queued, record.paused) == (1, False)
        assert record.oldest is not None
        client.queues.set("changing", concurrency=None)
        until(lambda: client.queues.get("changing").begun == 4)
        _going.set()
        assert sorted(handle.result(30) for handle in handles) == ["w0", "w1", "w2", "w3"]
        with pytest.raises(ValueError, match="partitioned"):
            client.queues.set("changing", per_partition=2)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_pause_and_resume(store_url: str, make_queue: MakeQueue) -> None:
    queue = make_queue("paused")
    with Engine(store_url) as engine:
        engine.enqueue(job, "before", queue=queue).result(30)
        engine.queues.pause("paused")
        handle = engine.enqueue(job, "after", queue=queue)
        engine.enqueue(job, "elsewhere").result(30)
        assert handle.state is State.QUEUED
        engine.queues.resume("paused")
        assert handle.result(30) == "after"


def test_the_same_key_is_the_same_workflow_until_it_has_ended(store_url: str, make_queue: MakeQueue) -> None:
    queue = make_queue("keyed", concurrency=1)
    with Engine(store_url) as engine:
        first = engine.enqueue(blocked, "a", queue=queue, deduplicate="daily")
        again = engine.enqueue(blocked, "b", queue=queue, deduplicate="daily")
        assert again.id == first.id
        _going.set()
        assert again.result(30) == "a"
        later = engine.enqueue(blocked, "c", queue=queue, deduplicate="daily")
        assert later.id != first.id
        assert later.result(30) == "c"


@pytest.mark.parametrize("deadline", [0.2, timedelta(seconds=0.2)])
def test_a_deadline_cancels_what_waits_and_what_runs(
    store_url: str, make_queue: MakeQueue, deadline: float | timedelta
) -> None:
    queue = make_queue("hurried", concurrency=1)
    with Engine(store_url) as engine:
        runs = engine.enqueue(blocked, "runs", queue=queue, deadline=deadline)
        waits = engine.enqueue(blocked, "waits", queue=queue, deadline=deadline)
        late = engine.enqueue(job, "late", delay=60.0, deadline=deadline)
        last = engine.enqueue(job, "last", queue=queue)
        for handle in (runs, waits, late):
            with pytest.raises(WorkflowCancelled, match="deadline"):
                handle.result(30)
        assert engine.get(waits.id).reason == "its deadline has passed"
        _going.set()
        assert last.result(30) == "last"
    assert _order == ["last"]


def test_an_engine_serves_the_queues_that_it_is_told_to(store_url: str, make_queue: MakeQueue) -> None:
    mail, media = make_queue("mail"), make_queue("media")
    with Engine(store_url, queues=[mail, "default"]) as engine:
        other = engine.enqueue(job, "media", queue=media)
        assert engine.enqueue(job, "mail", queue=mail).result(30) == "mail"
        assert engine.enqueue(job, "default").result(30) == "default"
        assert other.state is State.QUEUED
    with Engine(store_url, queues=["media"]) as engine:
        assert engine.handle(other.id).result(30) == "media"


def test_a_client_finds_a_queue_by_its_name(store_url: str, make_queue: MakeQueue) -> None:
    make_queue("named", partition_rate=Rate(100, per=1.0))
    with Engine(store_url) as engine, Client(store_url) as client:
        handle = client.enqueue(job, "x", queue="named", partition="customer")
        assert engine.handle(handle.id).result(30) == "x"
        assert client.get(handle.id).partition == "customer"
        with pytest.raises(holdfast.UnknownQueue, match="unheard"):
            client.enqueue(job, "x", queue="unheard")
        with pytest.raises(holdfast.UnknownQueue, match="unheard"):
            client.queues.pause("unheard")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"partition": "p"}, "has no partitions"),
        ({"queue": "flat", "partition": "p"}, "has no partitions"),
        ({"queue": "parted"}, "has partitions"),
        ({"deadline": 0}, "above 0"),
        ({"deduplicate": ""}, "1 to 1000 bytes"),
        ({"priority": 2**40}, "32 bits"),
    ],
)
def test_places_that_do_not_fit_are_refused(
    store_url: str, make_queue: MakeQueue, options: dict[str, Any], message: str
) -> None:
    make_queue("flat")
    make_queue("parted", partitioned=True)
    with Engine(store_url) as engine, pytest.raises(ValueError, match=message):
        engine.enqueue(job, "x", **options)


@pytest.mark.parametrize(
    "options",
    [
        {"name": ""},
        {"name": "default"},
        {"name": "q", "concurrency": 0},
        {"name": "q", "per_executor": -1},
    ],
)
def test_queues_that_make_no_sense_are_refused(make_queue: MakeQueue, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"queue|nothing run"):
        make_queue(**options)


@pytest.mark.parametrize(("count", "per"), [(0, 1.0), (1, 0.0), (1, float("inf"))])
def test_rates_that_make_no_sense_are_refused(count: int, per: float) -> None:
    with pytest.raises(ValueError, match="Rate"):
        Rate(count, per=per)
