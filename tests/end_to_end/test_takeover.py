"""One workflow, one executor at a time: frozen processes, several engines, and code that is gone or changed."""

from __future__ import annotations

import os
import signal
import textwrap
import time
from pathlib import Path

import pytest
from processes import Process
from reckoning import connect, create_booked, read_ledger

from holdfast import Engine

LEASE = 2.0

PAUSED = """
    import os, sys, time
    from pathlib import Path
    import holdfast
    from holdfast import Engine

    url, executor, folder = sys.argv[1:4]
    folder = Path(folder)

    @holdfast.step
    def slow(number: int) -> str:
        with open(folder / "ledger", "a") as ledger:
            ledger.write(f"w {number} {executor} x\\n")
        if executor == "first" and number == 1:
            print("in step", flush=True)
            while not (folder / "go").exists():
                time.sleep(0.02)
            print("step returns", flush=True)
        return executor

    @holdfast.transaction
    def book(tx, by: str) -> None:
        mark = "?" if type(tx).__module__.startswith("sqlite3") else "%s"
        tx.execute(f"INSERT INTO booked VALUES ('w', {mark})", (by,))

    @holdfast.workflow
    def work() -> list[str]:
        tokens = [slow(0), slow(1)]
        book(executor)
        tokens.append(slow(2))
        return tokens

    with Engine(url, executor=executor, lease=float(sys.argv[4])) as engine:
        if executor == "first":
            engine.start(work, id="w")
        print("up", flush=True)
        while True:
            time.sleep(0.1)
            if engine.get("w").state == "succeeded":
                print("finished", flush=True)
"""


def program(tmp_path: Path, name: str, source: str) -> str:
    path = tmp_path / name
    path.write_text(textwrap.dedent(source))
    return str(path)


def snapshot(url: str) -> list[str]:
    """The workflow's record and checkpoints, as far as any of it could be overwritten."""
    engine = Engine(url, executor="onlooker")
    with engine:
        return [repr(engine.get("w").result), *(repr(entry) for entry in engine.history("w"))]


def test_a_frozen_process_that_wakes_can_write_nothing(store_url: str, tmp_path: Path) -> None:
    create_booked(store_url)
    script = program(tmp_path, "paused.py", PAUSED)
    with Process(script, store_url, "first", tmp_path, LEASE) as first:
        first.wait_for("in step")
        first.pause()
        with Process(script, store_url, "second", tmp_path, LEASE) as second:
            second.wait_for("finished", timeout=60)
            before = snapshot(store_url)
            (tmp_path / "go").touch()
            first.signal(signal.SIGCONT)
            first.wait_for("step returns")
            first.wait_for("finished")
            time.sleep(LEASE)
            assert first.alive, first.output
            assert snapshot(store_url) == before
    connection = connect(store_url)
    assert connection.execute("SELECT slot FROM booked").fetchall() == [("second",)]
    connection.close()
    runs = [(place, by) for place, by, _ in read_ledger(tmp_path / "ledger")["w"]]
    assert runs == [("0", "first"), ("1", "first"), ("1", "second"), ("2", "second")]


OVERLAP = """
    import os, random, sys, time
    import holdfast
    from holdfast import Engine

    url, executor, ledger = sys.argv[1:4]

    @holdfast.step
    def slow(workflow: str, number: int) -> int:
        with open(ledger, "a") as file:
            file.write(f"{workflow} enter {executor}-{os.getpid()} {number}\\n")
        time.sleep(random.random() / 50)
        with open(ledger, "a") as file:
            file.write(f"{workflow} leave {executor}-{os.getpid()} {number}\\n")
        return number

    @holdfast.workflow
    def work(name: str) -> int:
        return sum(slow(name, number) for number in range(4))

    with Engine(url, executor=executor, lease=5.0) as engine:
        handles = [engine.start(work, f"w{number}", id=f"w{number}") for number in range(60)]
        for handle in handles:
            assert handle.result(timeout=60) == 6
        print("finished", flush=True)
        time.sleep(60)
"""


def test_engines_on_one_database_never_run_a_workflow_twice_at_once(store_url: str, tmp_path: Path) -> None:
    script = program(tmp_path, "overlap.py", OVERLAP)
    ledger = tmp_path / "ledger"
    with (
        Process(script, store_url, "a", ledger) as first,
        Process(script, store_url, "b", ledger) as second,
        Process(script, store_url, "c", ledger) as third,
    ):
        for process in (first, second, third):
            process.wait_for("finished")
    for name, runs in read_ledger(ledger).items():
        expected = [(word, runs[2 * n][1], str(n)) for n in range(4) for word in ("enter", "leave")]
        assert runs == expected, f"{name} ran twice, or in two places at once"


DRAINED = """
    import signal, sys, time
    import holdfast
    from holdfast import Engine

    url, executor, ledger = sys.argv[1:4]

    @holdfast.step
    def slow(number: int) -> str:
        print("step", number, flush=True)
        time.sleep(0.3)
        return executor

    @holdfast.workflow
    def work() -> list[str]:
        return [slow(number) for number in range(6)]

    with Engine(url, executor=executor, lease=60.0) as engine:
        if executor == "first":
            engine.start(work, id="w")
        while engine.get("w").state != "succeeded":
            time.sleep(0.05)
        print("finished", flush=True)
"""


def test_an_executor_told_to_end_hands_its_work_back(store_url: str, tmp_path: Path) -> None:
    script = program(tmp_path, "drained.py", DRAINED)
    with Process(script, store_url, "first", tmp_path) as first:
        first.wait_for("step 1")
        first.end(timeout=20)
        with Process(script, store_url, "second", tmp_path) as second:
            second.wait_for("finished", timeout=20)  # the lease of a minute was handed back
    with Engine(store_url, executor="onlooker") as engine:
        result = engine.get("w").result
    assert result is not None
    assert result[0] == "first"
    assert result[-1] == "second"
    assert result == sorted(result)


CHANGED = """
    import sys, time
    import holdfast
    from holdfast import Engine

    url, folder = sys.argv[1:3]

    @holdfast.step(name="first")
    def first() -> {annotation}:
        print("first ran", flush=True)
        return {value}

    @holdfast.step(name="second")
    def second(given: {annotation}) -> str:
        if {hang}:
            print("half done", flush=True)
            time.sleep(600)
        return repr(given)

    if {defined}:
        @holdfast.workflow(name="work", version="1")
        def work() -> {returns}:
            return second(first())

    with Engine(url, executor="one", lease=2.0) as engine:
        if {hang}:
            engine.start(work, id="w")
        print("up", flush=True)
        for _ in range({looks}):
            record = engine.get("w")
            print("state", record.state, flush=True)
            if record.state in ("succeeded", "stuck", "failed"):
                print("end", record.state, record.result, record.error, record.reason, flush=True)
                break
            time.sleep(0.1)
        else:
            print("end", record.state, flush=True)
        time.sleep(600)
"""


def changed(tmp_path: Path, name: str, **parts: object) -> str:
    filled = {"annotation": "int", "value": "5", "hang": False, "defined": True, "returns": "str", "looks": 200} | parts
    source = CHANGED
    for key, value in filled.items():
        source = source.replace("{" + key + "}", str(value))
    return program(tmp_path, name, source)


def half_done(store_url: str, tmp_path: Path) -> None:
    with Process(changed(tmp_path, "before.py", hang=True), store_url, tmp_path) as process:
        process.wait_for("half done")


def test_a_result_that_no_longer_decodes_parks_the_workflow_until_the_code_is_mended(
    store_url: str, tmp_path: Path
) -> None:
    half_done(store_url, tmp_path)
    with Process(changed(tmp_path, "after.py", annotation="list[int]", value="[5]"), store_url, tmp_path) as process:
        said = process.wait_for("end")
        assert said.startswith("end stuck"), process.output
        assert "first" in said
        assert "list[int]" in said
        assert "first ran" not in process.lines
    with Engine(store_url, executor="mender") as engine:
        engine.resume("w")
    with Process(changed(tmp_path, "mended.py"), store_url, tmp_path) as process:
        assert process.wait_for("end succeeded 5")
        assert "first ran" not in process.lines


def test_a_workflow_whose_code_is_gone_waits_for_it(store_url: str, tmp_path: Path) -> None:
    half_done(store_url, tmp_path)
    with Process(changed(tmp_path, "gone.py", defined=False, looks=40), store_url, tmp_path) as process:
        said = process.wait_for("end")
        assert said.split()[1] in ("queued", "running"), process.output
    with Process(changed(tmp_path, "back.py"), store_url, tmp_path) as process:
        assert process.wait_for("end succeeded 5"), process.output
        assert "first ran" not in process.lines


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_ends_cleanly(store_url: str, signal_number: signal.Signals) -> None:
    with Process("worker.py", store_url, "w", 5.0, HOLDFAST_TEST_LEDGER=os.devnull) as worker:
        worker.wait_for("up")
        worker.signal(signal_number)
        deadline = time.monotonic() + 20
        while worker.alive and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not worker.alive, worker.output


def test_a_record_is_shown_after_its_annotation_changed(store_url: str, tmp_path: Path) -> None:
    half_done(store_url, tmp_path)
    with Process(changed(tmp_path, "same.py"), store_url, tmp_path) as process:
        process.wait_for("end succeeded 5")
    with Process(changed(tmp_path, "other.py", returns="list[int]"), store_url, tmp_path) as process:
        assert process.wait_for("end succeeded 5"), process.output
