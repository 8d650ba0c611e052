"""Executors that come and go all the time: nothing is lost, nothing is done twice, and nobody waits for a lease.

`HOLDFAST_CRASH_SECONDS` (60 unless set) is how long they come and go.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from processes import Process
from reckoning import create_booked, reckon, wait_until_finished

from holdfast import Client, Engine, State

SECONDS = float(os.environ.get("HOLDFAST_CRASH_SECONDS", "60"))
LEASE = 60.0  # far longer than the test may take: whoever leaves must give its work back


def test_executors_join_and_leave_every_second(postgres_url: str, ledger: Path) -> None:
    create_booked(postgres_url)
    environment = {"HOLDFAST_TEST_LEDGER": str(ledger)}
    with ExitStack() as stack:
        starter = stack.enter_context(Process("starter.py", postgres_url, 0, 1_000_000, 0.05, **environment))
        workers: list[Process] = []
        left = 0
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            workers.append(
                stack.enter_context(Process("worker.py", postgres_url, f"w{len(workers)}", LEASE, **environment))
            )
            time.sleep(1.0)
            if len(workers) - left > 2:
                assert workers[left].end() in (0, 143), workers[left].output
                left += 1
        starter.wait_for("5")
        starter.end()
        numbers = sorted({int(line) for line in starter.lines if line.isdigit()})
        results = wait_until_finished(postgres_url, numbers, timeout=60)
        again = reckon(postgres_url, ledger, results)
        for worker in workers[left:]:
            worker.end()
    assert len(results) == len(numbers) > 5
    print(f"{len(numbers)} workflows, {left} executors left, {again} steps ran again")


STUBBORN = """
    import sys, time
    import holdfast
    from holdfast import Engine

    url, executor, drain = sys.argv[1:4]

    @holdfast.step
    def slow() -> str:
        print("in step", flush=True)
        if executor == "first":
            time.sleep(60)
        return executor

    @holdfast.workflow(name="stubborn", version="1")
    def stubborn() -> str:
        return slow()

    with Engine(url, executor=executor, lease=60.0, drain=float(drain)) as engine:
        if executor == "first":
            engine.start(stubborn, id="w")
        print("up", flush=True)
        while True:
            time.sleep(0.1)
"""


def test_a_step_that_does_not_end_is_left_to_another_executor_at_once(store_url: str, tmp_path: Path) -> None:
    script = tmp_path / "stubborn.py"
    script.write_text(textwrap.dedent(STUBBORN))
    with Process(str(script), store_url, "first", 0) as first:
        first.wait_for("in step")
        with Process(str(script), store_url, "second", 0) as second:
            second.wait_for("up")
            first.signal(signal.SIGTERM)
            with Client(store_url) as client:
                # The lease of the first runs for a minute.
                assert client.handle("w").result(timeout=30) == "second"


def work_until_idle(store_url: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "holdfast", "worker", "idle_flows", "--until-idle", "--database", store_url, *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("count", [0, 20])
def test_a_worker_until_idle_does_what_there_is_and_ends(store_url: str, tmp_path: Path, count: int) -> None:
    (tmp_path / "idle_flows.py").write_text(
        "import holdfast\n\n@holdfast.workflow(name='idle.double')\ndef double(n: int) -> int:\n    return n * 2\n"
    )
    with Engine(store_url) as engine:
        for number in range(count):
            engine.enqueue("idle.double", number, id=str(number))
        engine.enqueue("somebody.elses", id="other")
    done = work_until_idle(store_url, tmp_path)
    assert done.returncode == 0, done.stderr
    with Client(store_url) as client:
        assert [client.handle(str(number)).result(timeout=1) for number in range(count)] == [
            number * 2 for number in range(count)
        ]
        assert client.get("other").state is State.QUEUED


def test_a_worker_until_idle_leaves_what_waits_in_paused_queues_and_in_those_of_others(
    store_url: str, tmp_path: Path
) -> None:
    (tmp_path / "idle_flows.py").write_text(
        "import holdfast\n\nfor name in ('mail', 'media'):\n    holdfast.Queue(name)\n\n"
        "@holdfast.workflow(name='idle.keep')\ndef keep(n: int) -> int:\n    return n\n"
    )
    assert work_until_idle(store_url, tmp_path).returncode == 0  # declares the queues
    with Client(store_url) as client:
        client.queues.pause("mail")
        for number in range(3):
            client.enqueue("idle.keep", number, id=f"mail {number}", queue="mail")
        client.enqueue("idle.keep", 1, id="media", queue="media")
        client.enqueue("idle.keep", 1, id="default")
        done = work_until_idle(store_url, tmp_path, "--queue", "mail", "--queue", "default")
        assert "worker is idle; in paused queues wait 3 workflow(s) of 'mail'" in done.stderr
        assert {each.id for each in client.list(state=State.QUEUED)} == {"mail 0", "mail 1", "mail 2", "media"}
        client.queues.resume("mail")
        assert work_until_idle(store_url, tmp_path).stderr.rstrip().endswith("worker is idle")
        assert client.list(state=State.QUEUED) == []
