"""Bulk forms, retention, export and import, versions and load: what operators do with many workflows."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest

import holdfast
from holdfast import Client, Engine, State, UnknownWorkflow, WorkflowConflict, step, workflow

healthy = False


@step
def flaky() -> str:
    if not healthy:
        raise ConnectionError("away")
    return "ok"


@workflow
def fails() -> str:
    return flaky()


@workflow
def waits(number: int = 0) -> object:
    holdfast.set_value("number", number)
    holdfast.emit("s", number)
    return [number, holdfast.receive()]


@workflow
def parent() -> object:
    holdfast.start(waits, 1, id="child")
    return holdfast.receive()


def ended(engine: Engine, *ids: str) -> None:
    for id in ids:
        try:
            engine.handle(id).result(timeout=20)
        except Exception:  # noqa: BLE001  how it ended is the test's matter
            pass


def test_bulk_forms_take_what_fits(store_url: str) -> None:
    global healthy
    healthy = False
    with Engine(store_url) as engine:
        for number in range(5):
            engine.start(fails, id=f"f/{number}")
            engine.start(waits, number, id=f"w/{number}")
        ended(engine, *(f"f/{number}" for number in range(5)))
        assert engine.cancel_all(name="nobody") == []
        assert engine.cancel_all(older_than=timedelta(hours=1)) == []
        assert sorted(engine.cancel_all(prefix="w/", limit=2)) == ["w/3", "w/4"]
        assert sorted(engine.cancel_all(version=engine.get("w/0").version)) == ["w/0", "w/1", "w/2"]
        assert engine.cancel_all() == []
        healthy = True
        forks = engine.fork_all(prefix="f/", limit=2, at=0)
        assert [each.result(timeout=20) for each in forks] == ["ok", "ok"]
        assert len(engine.resume_all(prefix="f/")) == 5
        assert [engine.handle(f"f/{number}").result(timeout=20) for number in range(5)] == ["ok"] * 5


def test_the_first_of_several(store_url: str) -> None:
    with Engine(store_url) as engine, Client(store_url) as client:
        handles = [engine.start(waits, number, id=str(number)) for number in range(3)]
        with pytest.raises(TimeoutError, match="none of 3"):
            engine.wait_any(handles, timeout=0.05)
        engine.send("1", "x")
        for face in (engine, client):
            first = face.wait_any([face.handle(each.id) for each in handles], timeout=20)
            assert (first.id, first.result(timeout=0)) == ("1", [1, "x"])
        with pytest.raises(ValueError, match="at least one"):
            engine.wait_any([])
        engine.cancel_all()


def test_pruning_deletes_all_of_what_ended_and_nothing_else(store_url: str) -> None:
    with Engine(store_url) as engine:
        for number in range(7):
            engine.start(waits, number, id=str(number))
            engine.send(str(number), None)
        ended(engine, *map(str, range(7)))
        engine.start(parent, id="parent")
        while not engine.list(prefix="child"):
            time.sleep(0.01)
        engine.send("child", None)
        ended(engine, "child")
        assert engine.prune(timedelta(hours=1)) == 0
        told: list[int] = []
        assert engine.prune(timedelta(0), batch=3, pause=0, progress=told.append) == 7
        assert told == [3, 6, 7]
        assert {each.id for each in engine.list()} == {"parent", "child"}
        for ask in (engine.get, engine.history, engine.values, lambda id: list(engine.stream(id, "s"))):
            with pytest.raises(UnknownWorkflow):
                ask("3")
        handle = engine.start(waits, 9, id="3")  # the id is free, and nothing of the former one is left
        engine.send("3", "new")
        assert handle.result(timeout=20) == [9, "new"]
        engine.send("parent", None)
        ended(engine, "parent")
        time.sleep(0.05)  # the clock of SQLite counts milliseconds
        assert engine.prune(timedelta(0), pause=0) == 3


@pytest.mark.parametrize("state", ["waiting", "running", "failed"])
def test_an_export_is_the_workflow(store_url: str, tmp_path: object, state: str) -> None:
    global healthy
    healthy = False
    other = f"sqlite:///{tmp_path}/other.db"
    with Engine(store_url, suspend_after=0.01 if state == "waiting" else 30.0) as engine:
        handle = engine.start(fails if state == "failed" else waits, id="w")
        if state == "failed":
            ended(engine, "w")
        while engine.get("w").state != state or (state != "failed" and len(engine.history("w")) < 2):
            time.sleep(0.01)
        text = engine.export("w")
        with pytest.raises(WorkflowConflict, match="'w'"):
            engine.import_(text)
        with pytest.raises(UnknownWorkflow):
            engine.export("nobody")
        with pytest.raises(ValueError, match="no workflow that"):
            engine.import_("{}")
        with Engine(other) as second:
            imported = second.import_(text)
            if state == "failed":
                assert json.loads(second.export("w")) == json.loads(text)
                with pytest.raises(ConnectionError, match="away"):
                    imported.result(timeout=20)
            else:
                assert second.values("w") == {"number": 0}
                assert list(second.stream("w", "s", follow=False)) == [0]
                second.send("w", "there")
                assert imported.result(timeout=20) == [0, "there"]
        engine.cancel("w")
        assert handle.state in (State.CANCELLED, State.FAILED)


def test_versions_with_work_and_who_runs_them(store_url: str) -> None:
    with Engine(store_url, executor="first") as engine, Client(store_url) as client:
        engine.start(waits, id="w")
        engine.enqueue("gone.workflow", 1)
        found = {each.name: each for each in client.versions()}
        assert found[waits.name].executors == ["first"]
        assert sum(found[waits.name].states.values()) == 1
        assert found["gone.workflow"].executors == []
        assert found["gone.workflow"].states == {State.QUEUED: 1}
        engine.cancel_all()
        assert client.versions() == []


def test_the_load(store_url: str) -> None:
    with Engine(store_url, concurrency=4, executor="only") as engine:
        engine.enqueue("gone.workflow", 1)
        engine.start(waits, id="w")
        time.sleep(0.1)
        load = engine.load()
        assert (load.queued, load.slots, [each.name for each in load.executors]) == (1, 4, ["only"])
        assert load.utilisation == load.running / 4
        assert load.oldest_wait >= 0.1
        engine.cancel_all()
        assert engine.load().queues == []
