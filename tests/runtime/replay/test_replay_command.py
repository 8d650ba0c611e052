"""What `holdfast replay` chooses, bounds, prints and leaves alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import replayed_shop as shop

from holdfast import Client, Engine, State
from holdfast.__main__ import main
from holdfast.replay import Outcome, reading, replay_all, replay_row
from holdfast.store import Selection


@pytest.fixture(autouse=True)
def recorded() -> Iterator[None]:
    shop.code["version"] = "recorded"
    shop.ran.clear()
    yield
    shop.code["version"] = "recorded"


def until(engine: Engine, id: str, state: State = State.WAITING) -> None:
    while engine.get(id).state is not state:
        time.sleep(0.01)


def replay(url: str, *options: str) -> int:
    return main(["replay", "replayed_shop", "--from-db", url, *options])


@pytest.fixture
def waiting(store_url: str) -> str:
    """The url of a database with three workflows under way and two that have ended."""
    with Engine(store_url, suspend_after=0.05) as engine:
        for number in range(3):
            engine.start(shop.order, f"x{number}", id=f"order/{number}")
            until(engine, f"order/{number}")
        engine.run(shop.quote, "q", id="quote")
        with pytest.raises(ValueError, match="below"):
            engine.run(shop.refuse, -1, id="refused")
    return store_url


def test_the_text_names_each_workflow_and_counts_by_function(waiting: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(waiting) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^replayed_shop.order +3 +3 +0 +0 +0$", printed, re.MULTILINE)
    assert re.search(r"^replayed_shop.refuse +1 +1 +0 +0 +0$", printed, re.MULTILINE)
    assert "quoting" not in printed
    assert printed.endswith("5 replayed, all can go on\n")
    shop.code["version"] = "other arguments"
    assert replay(waiting) == 1
    printed = capsys.readouterr().out
    assert re.findall(r"^order/\d", printed, re.MULTILINE) == ["order/2", "order/1", "order/0"]
    assert re.search(r"^replayed_shop.order +3 +0 +3 +0 +0$", printed, re.MULTILINE)
    assert printed.endswith("5 replayed, 3 could not go on\n")
    assert max(map(len, printed.partition("\n\nworkflow")[2].splitlines())) <= 80


def test_what_is_replayed_can_be_chosen(waiting: str, capsys: pytest.CaptureFixture[str]) -> None:
    def count(*options: str) -> int:
        replay(waiting, "--json", *options)
        return int(json.loads(capsys.readouterr().out)["replayed"])

    assert count() == 5
    assert count("--limit", "2") == 2
    assert count("--state", "succeeded", "--state", "failed") == 2
    assert count("--unfinished") == 3
    assert count("--workflow", "replayed_shop.order") == 3
    assert count("--workflow", "replayed_shop.order", "--workflow", "replayed_shop.quote", "--limit", "4") == 4
    assert count("--id", "order/1", "--id", "quote") == 2
    assert count("--since", "1h") == 5
    later = datetime.now(UTC).replace(year=datetime.now(UTC).year + 1).isoformat()
    assert count("--since", later) == 3  # those that have not ended


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "yesterday"], "is no moment"),
        (["--since", "2026-11-22T03:00"], "has no time zone"),
        (["--id", "nobody"], "no workflow has the id 'nobody'"),
        (["--schema", "other"], "run `holdfast migrate`"),
        (["--codec", "replayed_shop:nothing"], "names no codec"),
    ],
)
def test_what_cannot_be_read_is_status_2(
    waiting: str, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert replay(waiting, *options) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_no_password_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql://ada:sesame@127.0.0.1:1/nowhere?password=sesame"
    assert replay(url) == 2
    printed = capsys.readouterr()
    assert "***" in printed.err
    assert "sesame" not in printed.out + printed.err


def test_no_database_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(f"sqlite:///{tmp_path / 'none.db'}") == 2
    assert "unable to open" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_database_refuses_to_be_written(waiting: str) -> None:
    with reading(waiting) as core:
        for write in (
            lambda: core.store.cancel(["order/0"], True),
            lambda: core.store.resume("order/0", None),
            lambda: core.store.fork("order/0", "copy", [], None),
            lambda: core.store.heartbeat("executor", "name", "process", 10.0),
        ):
            with pytest.raises(Exception, match=r"readonly|read-only"):
                write()
        assert len(core.store.select(Selection())) == 5


def test_fail_fast_stops_at_the_first(waiting: str, capsys: pytest.CaptureFixture[str]) -> None:
    shop.code["version"] = "other arguments"
    assert replay(waiting, "--fail-fast", "--json", "--unfinished") == 1
    report = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in report["workflows"]] == ["order/2"]
    assert report["replayed"] == 1


def test_code_that_loops_for_ever_is_given_up(waiting: str, capsys: pytest.CaptureFixture[str]) -> None:
    shop.code["version"] = "endless"
    assert replay(waiting, "--timeout", "0.3", "--json", "--threads", "1") == 1
    report = json.loads(capsys.readouterr().out)
    assert [each["outcome"] for each in report["workflows"]] == ["unending"] * 3
    assert report["summary"]["replayed_shop.order"]["not_replayable"] == 3
    assert report["replayed"] == 5


def test_code_that_would_have_an_effect_is_stopped_before(
    store_url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Engine(store_url) as engine:
        engine.run(shop.quote, "x", id="q")
    shop.code["version"] = "effect"
    capsys.readouterr()
    assert replay(store_url, "--json") == 1
    (found,) = json.loads(capsys.readouterr().out)["workflows"]
    assert found["outcome"] == "hazard"
    assert re.search(r"^DUR305 file-write: .*replayed_shop\.py:\d+", found["reason"]), found["reason"]
    assert not (tmp_path / "effect").exists()
    assert replay(store_url, "--no-guard") == 0
    assert (tmp_path / "effect").exists()


def test_workflows_whose_code_is_gone(waiting: str, tmp_path: Path) -> None:
    (tmp_path / "shrunk.py").write_text("import holdfast\n\n@holdfast.workflow\ndef other() -> None: ...\n")
    command = [sys.executable, "-m", "holdfast", "replay", "shrunk", "--from-db", waiting, "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert {each["id"]: each["fails"] for each in report["workflows"]} == {
        "order/0": True,
        "order/1": True,
        "order/2": True,
        "quote": False,  # it has ended: nobody needs its code
        "refused": False,
    }
    assert {each["outcome"] for each in report["workflows"]} == {"code_gone"}
    assert "the code of `replayed_shop.order` is not at hand" in report["workflows"][-1]["reason"]
    missing = subprocess.run(
        [*command[:4], "absent", *command[5:]], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert missing.returncode == 2
    assert "there is no module 'absent'" in missing.stderr


def test_arguments_and_results_that_no_longer_decode(store_url: str, tmp_path: Path) -> None:
    source = """
import holdfast
@holdfast.step
def price(sku: str) -> {result}:
    return 5
@holdfast.workflow
def sell({parameters}) -> None:
    price("x")
    holdfast.sleep(3600)
if __name__ == "__main__":
    import sys, time
    with holdfast.Engine(sys.argv[1], suspend_after=0.05) as engine:
        engine.start(sell, "a", id="s")
        while engine.get("s").state != "waiting":
            time.sleep(0.01)
"""

    def write(parameters: str, result: str) -> None:
        (tmp_path / "selling.py").write_text(source.format(parameters=parameters, result=result))

    def judged() -> tuple[int, str]:
        command = [sys.executable, "-m", "holdfast", "replay", "selling", "--from-db", store_url, "--json"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, "".join(each["reason"] for each in json.loads(done.stdout)["workflows"])

    write("sku: str", "int")
    subprocess.run([sys.executable, "selling.py", store_url], cwd=tmp_path, check=True)
    assert judged() == (0, "")
    write("sku: str, colour: str", "int")
    status, said = judged()
    assert status == 1
    assert "were stored for 1 parameter(s), its code now has 2" in said
    write("sku: str", "list[str]")
    status, said = judged()
    assert status == 1
    assert re.search(r"the result of step `selling.price`.*\(checkpoint 0\)", said)


@pytest.mark.parametrize(
    "unit", [shop.lines, shop.lines_later, shop.lines_in_turn], ids=["threads", "tasks", "in turn"]
)
@pytest.mark.parametrize(
    ("version", "found"), [("recorded", None), ("line b", "1.1"), ("line c", "2.1"), ("every line", "1.1")]
)
def test_every_line_is_compared_though_another_ends_before(
    store_url: str, unit: object, version: str, found: str | None
) -> None:
    with Engine(store_url, suspend_after=0.05) as engine:
        engine.start(unit, id="l")  # type: ignore[arg-type]
        until(engine, "l")
        assert sorted(map(str, shop.ran)) == ["a1", "b1", "b2", "c1", "c2"]
        shop.code["version"] = version
        for _ in range(20):
            said = engine.replay("l")
            assert (said is None) if found is None else (f"operation {found}:" in str(said)), said
    assert len(shop.ran) == 5


def test_a_line_that_takes_others_in_turn_is_compared_too(store_url: str) -> None:
    with Engine(store_url, suspend_after=0.05) as engine:
        engine.start(shop.lines_in_turn, id="l")
        until(engine, "l")
        shop.code["version"] = "line main"
        said = str(engine.replay("l"))
        assert re.search("operation 1: .*as_completed.*the code calls step .*reserve", said), said


def test_a_line_that_loops_for_ever_is_given_up(store_url: str) -> None:
    with Engine(store_url, suspend_after=0.05) as engine:
        engine.start(shop.lines, id="l")
        until(engine, "l")
    shop.code["version"] = "endless b"
    with reading(store_url) as core:
        (found,) = replay_all(lambda: reading(store_url), core.store.rows(["l"]), timeout=0.3)
    assert found.outcome is Outcome.UNENDING
    deadline = time.monotonic() + 20
    while any(each.f_code is shop.line.__code__ for each in sys._current_frames().values()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_time_limit_of_the_code_itself_passes_at_once_and_again(store_url: str) -> None:
    with Engine(store_url) as engine:
        assert engine.run(shop.impatient, id="i") == "reserved late"
        for version, said in (("recorded", None), ("a day", None), ("patient", "hang` (operation 0) short")):
            shop.code["version"] = version
            found = engine.replay("i")
            assert (found is None) if said is None else (said in str(found)), found


def test_a_replay_in_a_running_loop(store_url: str) -> None:
    import asyncio

    with Engine(store_url) as engine:
        engine.run(shop.impatient, id="i")

        async def ask() -> str | None:
            return engine.replay("i")

        assert asyncio.run(ask()) is None


def test_verdicts_come_in_the_order_of_the_workflows(store_url: str) -> None:
    with Engine(store_url) as engine:
        for number in range(40):
            engine.run(shop.counting, [40 - number], id=f"{number:02}")
    with reading(store_url) as core:
        rows = core.store.select(Selection(newest_first=False))
        found = list(replay_all(lambda: reading(store_url), iter(rows), threads=4))
    assert [each.id for each in found] == [f"{number:02}" for number in range(40)]
    assert {each.outcome for each in found} == {Outcome.OK}
    assert len(shop.ran) == 40


def test_a_workflow_that_moves_on_meanwhile_is_read_again(store_url: str) -> None:
    with Engine(store_url) as engine:
        engine.run(shop.quote, "x", id="moved")
        engine.run(shop.quote, "x", id="still")
    with reading(store_url) as core:
        rows = core.store.rows(["moved", "still"])
        for row in rows:
            row.epoch -= row.id == "moved"
            row.input = b'["y"]'
        assert all(replay_row(core, row).outcome is Outcome.STUCK for row in rows)
        found = {each.id: each.outcome for each in replay_all(lambda: reading(store_url), iter(rows))}
    assert found == {"moved": Outcome.OK, "still": Outcome.STUCK}


@pytest.fixture
def histories(waiting: str, tmp_path: Path) -> Path:
    """A folder with an export of each workflow of `waiting`."""
    folder = tmp_path / "histories"
    folder.mkdir()
    with Client(waiting) as client:
        for number, record in enumerate(client.list()):
            (folder / f"{number}.json").write_text(client.export(record.id), encoding="utf-8")
    return folder


@pytest.mark.parametrize("version", ["recorded", "other arguments", "another result"])
def test_files_say_the_same_as_the_database_that_they_come_from(
    waiting: str, histories: Path, capsys: pytest.CaptureFixture[str], version: str
) -> None:
    shop.code["version"] = version
    status = replay(waiting)
    of_database = capsys.readouterr().out
    assert main(["replay", "replayed_shop", "--from-file", str(histories)]) == status == int(version != "recorded")
    assert capsys.readouterr().out == of_database
    files = [option for file in histories.iterdir() for option in ("--from-file", str(file))]
    assert main(["replay", "replayed_shop", *files, "--unfinished", "--json"]) in (0, status)
    printed = json.loads(capsys.readouterr().out)
    assert printed["replayed"] == 3
    assert shop.ran.count("spare") == 3  # when it was recorded


def test_a_running_workflow_is_replayed_from_a_file_as_what_it_was(
    histories: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = next(file for file in histories.iterdir() if '"waiting"' in file.read_text())
    file.write_text(file.read_text().replace('"waiting"', '"running"'))
    shop.code["version"] = "other arguments"
    assert main(["replay", "replayed_shop", "--from-file", str(file)]) == 1
    assert "`replayed_shop.order`, running" in capsys.readouterr().out


def test_files_that_cannot_be_read_are_status_2(
    histories: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(*options: str) -> str:
        assert main(["replay", "replayed_shop", *options]) == 2
        return " ".join(capsys.readouterr().err.split())

    (tmp_path / "empty").mkdir()
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "copy.json").write_text((histories / "0.json").read_text())
    assert "no `.json` file in" in said("--from-file", str(tmp_path / "empty"))
    assert "other.json: this is no workflow" in said("--from-file", str(tmp_path / "other.json"))
    assert "does not exist" in said("--from-file", str(tmp_path / "nothing"))
    twice = said("--from-file", str(histories), "--from-file", str(tmp_path / "copy.json"))
    assert "copy.json: the workflow 'refused' is in" in twice
    assert "no workflow has the id 'nobody' in the files" in said("--from-file", str(histories), "--id", "nobody")
    assert "from a database or from files" in said("--from-file", str(histories), "--from-db", "sqlite:///x.db")
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    assert main(["replay", "replayed_shop", "--from-file", str(histories)]) == 0
