"""Messages, values and streams: each exactly once, in order, heard at once, on every store."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import dataclass

import pytest

import holdfast
import holdfast.aio
from holdfast import (
    Client,
    Engine,
    NoValue,
    OutsideWorkflow,
    State,
    Undeliverable,
    UnknownWorkflow,
    WorkflowConflict,
    WorkflowStuck,
    step,
    workflow,
)


@dataclass
class Approval:
    by: str
    amount: int


@workflow
def collects(count: int, topic: str = "") -> list[object]:
    return [holdfast.receive(topic) for _ in range(count)]


@workflow
async def collects_async(count: int, topic: str = "") -> list[object]:
    return [await holdfast.aio.receive(topic) for _ in range(count)]


@workflow
def tells(to: str, values: list[int], topic: str = "") -> None:
    for value in values:
        holdfast.send(to, value, topic)


@workflow
async def tells_async(to: str, values: list[int], topic: str = "") -> None:
    for value in values:
        await holdfast.aio.send(to, value, topic)


@workflow
def waits_for_approval() -> str:
    approval = holdfast.receive("approval", type=Approval)
    return f"{approval.by}: {approval.amount}"


@workflow
def hopes(timeout: float) -> str:
    try:
        return str(holdfast.receive("late", timeout=timeout))
    except TimeoutError as error:
        return f"gave up: {error}"


@workflow
def announces(name: str, value: int) -> None:
    holdfast.receive("go")
    holdfast.set_value(name, value)


@workflow
def gets(of: str, name: str, timeout: float | None = None) -> object:
    return holdfast.get_value(of, name, timeout)


@workflow
async def gets_async(of: str, name: str) -> object:
    return await holdfast.aio.get_value(of, name)


@workflow
def counts(to: int, pause: float) -> int:
    for number in range(to):
        holdfast.emit("numbers", number)
        if pause:
            holdfast.receive("next")
    return to


def until(condition: object, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def waiting(engine: Engine, id: str) -> bool:
    return engine.get(id).state is State.WAITING


@pytest.mark.parametrize("receiver", [collects, collects_async])
@pytest.mark.parametrize("sender", [tells, tells_async])
@pytest.mark.parametrize("suspend_after", [0.0, 5.0])
def test_messages_between_workflows_come_once_and_in_order(
    store_url: str, receiver: object, sender: object, suspend_after: float
) -> None:
    with Engine(store_url, suspend_after=suspend_after) as engine:
        handle = engine.start(receiver, 20, "t", id="receiver")  # type: ignore[arg-type]
        engine.run(sender, "receiver", list(range(20)), "t")  # type: ignore[arg-type]
        assert handle.result(timeout=30) == list(range(20))


def test_topics_do_not_mix(store_url: str) -> None:
    with Engine(store_url) as engine:
        handles = [engine.start(collects, 2, topic, id=topic or "none") for topic in ("", "a")]
        for id, topics in (("none", ("a", "b", "")), ("a", ("", "b", "a"))):
            for topic in topics:
                for value in (1, 2):
                    engine.send(id, f"{topic}{value}", topic=topic)
        assert [each.result(timeout=20) for each in handles] == [["1", "2"], ["a1", "a2"]]


def test_a_message_that_came_before_anybody_asked_for_it(store_url: str) -> None:
    with Engine(store_url) as engine:
        engine.enqueue(collects, 1, id="w", delay=0.3)
        engine.send("w", "early")
        assert engine.handle("w").result(timeout=20) == ["early"]


def test_a_message_has_a_type(store_url: str) -> None:
    with Engine(store_url) as engine:
        handle = engine.start(waits_for_approval, id="w")
        engine.send("w", Approval("ann", 3), topic="approval")
        assert handle.result(timeout=20) == "ann: 3"


def test_a_long_wait_gives_up_its_thread_and_is_woken_by_another_process_s_message(store_url: str) -> None:
    with Engine(store_url, suspend_after=0.01) as engine, Client(store_url) as client:
        handle = engine.start(collects, 1, id="w")
        until(lambda: waiting(engine, "w"))
        assert engine._core.running() == []
        client.send("w", {"a": [1, None]})
        assert handle.result(timeout=20) == [{"a": [1, None]}]


@pytest.mark.parametrize("suspend_after", [0.05, 30.0])
def test_a_receive_gives_up_in_time(store_url: str, suspend_after: float) -> None:
    with Engine(store_url, suspend_after=suspend_after) as engine:
        assert engine.run(hopes, 0.3).startswith("gave up: no message of topic 'late'")
        assert engine.run(hopes, 0).startswith("gave up")


def test_a_timeout_is_not_lengthened_by_a_crash(store_url: str) -> None:
    first = Engine(store_url, suspend_after=0.01)
    with first:
        first.start(hopes, 0.4, id="w")
        until(lambda: waiting(first, "w"))
    time.sleep(0.5)
    with Engine(store_url) as second:
        assert second.handle("w").result(timeout=20).startswith("gave up")


def test_nobody_to_send_to(store_url: str) -> None:
    with Engine(store_url) as engine:
        engine.run(tells, "w", [], id="w")
        for send in (lambda id: engine.send(id, 1), lambda id: engine.run(tells, id, [1])):
            with pytest.raises(Undeliverable, match=r"'w' has ended \(succeeded\)"):
                send("w")
            with pytest.raises(UnknownWorkflow, match="'nobody'"):
                send("nobody")


def test_a_key_delivers_once(store_url: str) -> None:
    with Engine(store_url) as engine:
        handle = engine.start(collects, 2, id="w")
        for value in ("a", "a"):
            engine.send("w", value, key="k")
        with pytest.raises(WorkflowConflict, match="'k'"):
            engine.send("w", "b", key="k")
        engine.send("w", "c", key="l")
        assert handle.result(timeout=20) == ["a", "c"]


def test_a_workflow_sends_to_itself(store_url: str) -> None:
    with Engine(store_url) as engine:
        assert engine.run(echo) == "me"


@workflow
def echo() -> object:
    holdfast.send(holdfast.current().id, "me")
    return holdfast.receive()


@workflow
def splits(count: int) -> list[object]:
    return sorted(holdfast.gather(*[holdfast.receive] * count))


def test_concurrent_branches_share_the_messages_of_a_topic(store_url: str) -> None:
    with Engine(store_url) as engine:
        handle = engine.start(splits, 3, id="w")
        for number in range(3):
            engine.send("w", number)
        assert handle.result(timeout=20) == [0, 1, 2]


@pytest.mark.parametrize("suspend_after", [0.01, 5.0])
@pytest.mark.parametrize("getter", [gets, gets_async])
def test_a_value_wakes_who_waits_for_it(store_url: str, suspend_after: float, getter: object) -> None:
    with Engine(store_url, suspend_after=suspend_after) as engine, Client(store_url) as client:
        engine.start(announces, "price", 7, id="a")
        handle = engine.start(getter, "a", "price", id="g")  # type: ignore[arg-type]
        if suspend_after < 1:
            until(lambda: waiting(engine, "g") and waiting(engine, "a"))
        found: list[object] = []
        thread = threading.Thread(target=lambda: found.append(client.get_value("a", "price", timeout=20)))
        thread.start()
        engine.send("a", None, topic="go")
        assert handle.result(timeout=20) == 7
        thread.join(20)
        assert found == [7]
        assert engine.values("a") == {"price": 7}


def test_a_value_that_never_comes(store_url: str) -> None:
    with Engine(store_url) as engine:
        engine.start(announces, "price", 7, id="a")
        with pytest.raises(TimeoutError, match="'price'"):
            engine.get_value("a", "price", timeout=0.1)
        with pytest.raises(TimeoutError, match="'price'"):
            engine.run(gets, "a", "price", 0.1)
        engine.send("a", None, topic="go")
        engine.handle("a").result(timeout=20)
        for ask in (engine.get_value, lambda id, name: engine.run(gets, id, name)):
            with pytest.raises(NoValue, match="'other'"):
                ask("a", "other")
            with pytest.raises(UnknownWorkflow, match="'nobody'"):
                ask("nobody", "price")


def test_a_stream_is_read_from_an_offset_and_followed_live(store_url: str) -> None:
    with Engine(store_url) as engine, Client(store_url) as client:
        engine.start(counts, 3, 1.0, id="w")
        stream = iter(client.stream("w", "numbers"))
        for number in range(3):
            assert next(stream) == number
            engine.send("w", None, topic="next")
        assert list(stream) == []
        assert list(client.stream("w", "numbers", 1)) == [1, 2]
        assert list(client.stream("w", "none")) == []
        with pytest.raises(UnknownWorkflow):
            list(client.stream("nobody", "numbers"))


def test_a_stream_is_followed_by_a_task(store_url: str) -> None:
    async def read() -> list[object]:
        async with Engine(store_url) as engine:
            engine.start(counts, 250, 0.0, id="w")
            return [item async for item in engine.stream("w", "numbers", type=int)]

    assert asyncio.run(read()) == list(range(250))


crashes: list[int] = []


@step
def crash_once(engine: str) -> None:
    crashes.append(1)


@workflow
def everything() -> list[object]:
    me = holdfast.current().id
    found: list[object] = []
    for number in range(5):
        holdfast.send(me, number)
        holdfast.emit("s", number)
        holdfast.set_value("v", number)
        found.append(holdfast.receive(timeout=10))
        found.append(holdfast.get_value(me, "v"))
    return found


def test_what_was_done_is_not_done_again_after_a_crash_at_any_operation() -> None:
    from holdfast.testing import assert_replayable

    assert_replayable(everything)


@pytest.mark.parametrize("change", ["topic", "timeout", "order"])
def test_replay_sees_other_messages(store_url: str, change: str) -> None:
    behaviour = {"topic": "a", "timeout": 5.0, "order": ("send", "emit")}

    @workflow(name=f"changing-{change}-{store_url[:6]}", version="1")
    def changing() -> None:
        for what in behaviour["order"]:  # type: ignore[attr-defined]
            if what == "send":
                holdfast.send(holdfast.current().id, 1, str(behaviour["topic"]))
            else:
                holdfast.emit("s", 1)
        holdfast.receive(str(behaviour["topic"]), timeout=behaviour["timeout"])  # type: ignore[arg-type]
        holdfast.receive("never")

    with Engine(store_url, suspend_after=0.01) as engine:
        engine.start(changing, id="w")
        until(lambda: waiting(engine, "w"))
        behaviour[change] = {"topic": "b", "timeout": 6.0, "order": ("emit", "send")}[change]
        engine.send("w", 1, topic="never")
        with pytest.raises(WorkflowStuck, match="replay differs"):
            engine.handle("w").result(timeout=20)


def test_messages_belong_into_workflow_code(store_url: str) -> None:
    for call in (
        lambda: holdfast.send("w", 1),
        lambda: holdfast.receive(),
        lambda: holdfast.set_value("v", 1),
        lambda: holdfast.get_value("w", "v"),
        lambda: holdfast.emit("s", 1),
    ):
        with pytest.raises(OutsideWorkflow):
            call()


@pytest.mark.parametrize("name", ["a\x00b", "x" * 201])
def test_names_that_cannot_be_stored(store_url: str, name: str) -> None:
    with Engine(store_url) as engine:
        engine.start(collects, 1, id="w")
        with pytest.raises(ValueError, match="topic"):
            engine.send("w", 1, topic=name)
        engine.cancel("w")
