"""`holdfast workflows show`: a workflow as it stands, and as it stood."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

import holdfast
from holdfast import Client, Engine, State, step, workflow
from holdfast.__main__ import main


@step
def first(word: str) -> str:
    time.sleep(0.05)
    return word


@step
def second(word: str) -> str:
    time.sleep(0.05)
    if word == "bad":
        raise ValueError("[bold]bad[/bold] word")
    return word


@workflow(name="resting")
def resting(seconds: float) -> float:
    holdfast.sleep(seconds)
    return seconds


@workflow(name="showing")
def showing(word: str) -> str:
    holdfast.patched("new-words")
    first(word)
    holdfast.sleep(0.2)
    try:
        second(word)
    except ValueError:
        pass
    child = holdfast.start(resting, 600.0, id="child")
    holdfast.sleep(0.05)
    if word == "wait":
        child.result()
    return word


@pytest.fixture
def ended(store_url: str) -> Iterator[tuple[str, Client]]:
    """The url of a database with an ended workflow `w`, and a client of it."""
    with Engine(store_url, suspend_after=0.5) as engine:
        engine.run(showing, "bad", id="w")
        yield store_url, engine


def shown(url: str, capsys: pytest.CaptureFixture[str], id: str, *options: str) -> str:
    capsys.readouterr()
    assert main(["workflows", "show", id, "--database", url, *options]) == 0
    return capsys.readouterr().out


def standing(url: str, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    found = json.loads(shown(url, capsys, "w", "--json", *options))
    return found["state"], {each["key"]: each["standing"] for each in found["operations"]}, found


def test_as_of_each_moment(ended: tuple[str, Client], capsys: pytest.CaptureFixture[str]) -> None:
    url, client = ended
    history = {each.key: each for each in client.history("w") if not each.key.startswith("!")}
    assert [(key, each.kind) for key, each in history.items()] == [
        ("0", "step"),
        ("1", "sleep"),
        ("2", "step"),
        ("3", "start"),
        ("4", "sleep"),
    ]
    created = client.get("w").created_at

    def at(moment: datetime) -> tuple[str, dict[str, str], dict[str, Any]]:
        return standing(url, capsys, "--as-of", moment.isoformat())

    state, operations, found = at(created - timedelta(seconds=1))
    assert (state, operations) == ("not started", {})
    assert found["note"] == "it was started only later"

    state, operations, found = at(history["0"].started_at + timedelta(seconds=0.02))
    assert (state, operations) == ("running", {"0": "under way"})
    assert found["operations"][0]["result"] is None
    assert found["patches"] == ["new-words"]
    assert found["fork_at"] == "0"

    state, operations, found = at(history["1"].finished_at + timedelta(seconds=0.05))
    assert (state, operations) == ("waiting", {"0": "done", "1": "sleeping"})
    assert (found["operations"][0]["result"], found["fork_at"]) == ("bad", "2")

    state, operations, found = at(history["2"].finished_at)
    assert (state, operations) == ("running", {"0": "done", "1": "done", "2": "failed"})
    assert found["operations"][2]["error"] == {"type": "ValueError", "message": "[bold]bad[/bold] word"}
    assert standing(url, capsys, "--as-of", "2")[:2] == (state, operations)

    state, operations, found = standing(url, capsys)
    assert (state, found["result"], found["fork_at"]) == ("succeeded", "bad", None)
    assert set(operations.values()) == {"done", "failed"}
    assert found["children"] == ["child"]


def test_the_text_fits_a_terminal(
    ended: tuple[str, Client], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    url, _ = ended
    text = shown(url, capsys, "w", "--as-of", "2")
    assert ": running\n" in text
    assert "[bold]bad" in text
    assert "to go on from here in a copy: holdfast workflows fork w --at 3" in text
    table = text.partition("\n\n")[2].partition("\n\n")[0]
    assert table.splitlines()[0].split() == ["key", "kind", "name", "standing", "began", "took", "result"]
    assert max(map(len, table.splitlines())) <= 80
    later = shown(url, capsys, "w")
    assert "now: succeeded\n" in later
    assert "children under way:\n  child\n" in later


def test_what_is_waited_for(store_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Engine(store_url, suspend_after=0.05) as engine:
        engine.start(showing, "wait", id="w")
        while engine.get("w").state is not State.WAITING or len(engine.history("w")) < 6:
            time.sleep(0.02)
        text = shown(store_url, capsys, "child")
        assert "now: waiting\n" in text
        assert "waits for:\n  sleep `sleep` (key 0, " in text
        assert "children under way:\n  child\n" in shown(store_url, capsys, "w")
        before = shown(store_url, capsys, "child", "--as-of", "1h")
        assert "not started" in before
        engine.cancel("child")
        assert "now: cancelled" in shown(store_url, capsys, "child")


def test_a_fork_says_where_its_past_happened(ended: tuple[str, Client], capsys: pytest.CaptureFixture[str]) -> None:
    url, client = ended
    handle = client.fork("w", at="2", new_id="copy")
    assert handle.result(30) == "bad"
    assert "it is a fork of 'w'" in shown(url, capsys, "copy")


@step
async def first_later(word: str) -> str:
    return word


@workflow(name="hurrying")
async def hurrying() -> str:
    try:
        async with asyncio.timeout(0.05):
            await holdfast.aio.sleep(30)
    except TimeoutError:
        pass
    return await first_later("late")


def test_a_sleep_that_the_code_cut_short_is_over(store_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Engine(store_url, suspend_after=60.0) as engine:
        engine.run(hurrying, id="h")
        assert [each.standing for each in engine.as_of("h", "0").operations] == ["sleeping"]
        assert [each.standing for each in engine.as_of("h", "1").operations] == ["done", "done"]


@workflow(name="renewing")
def renewing(left: int) -> int:
    first(str(left))
    if left:
        holdfast.continue_as_new(left - 1)
    return left


def test_earlier_runs_are_told_to_be_gone(store_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Engine(store_url) as engine:
        engine.run(renewing, 2, id="r")
        assert "it has continued as new 2 time(s)" in shown(store_url, capsys, "r")
        created = engine.get("r").created_at.isoformat()
        assert "the runs before are dropped" in shown(store_url, capsys, "r", "--as-of", created)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--as-of", "9"], "no operation 9 of workflow 'w' is recorded; the last is 4"),
        (["--as-of", "2026-11-22T03:00"], "has no time zone"),
        (["--as-of", "soon"], "is no moment"),
    ],
)
def test_moments_that_are_none(
    ended: tuple[str, Client], capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["workflows", "show", "w", "--database", ended[0], *options]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_the_same_from_python(ended: tuple[str, Client]) -> None:
    _, client = ended
    past = client.as_of("w", "1")
    assert [(each.key, each.standing) for each in past.operations] == [("0", "done"), ("1", "sleeping")]
    assert client.as_of("w").state == "succeeded"
    with pytest.raises(holdfast.UnknownWorkflow):
        client.as_of("nobody")
