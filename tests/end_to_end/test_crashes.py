"""Real processes killed at random: every workflow finishes, transactions happen once, and no checkpoint is lost.

`HOLDFAST_CRASH_SECONDS` (60 unless set) is how long processes are killed for on Postgres; `HOLDFAST_CRASH_SEED` repeats a
run's choices, which are printed when it fails.
"""

from __future__ import annotations

import os
import random
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from postgres_server import PostgresServer
from processes import Process
from reckoning import create_booked, reckon, wait_until_finished

SECONDS = float(os.environ.get("HOLDFAST_CRASH_SECONDS", "60"))
SEED = int(os.environ.get("HOLDFAST_CRASH_SEED", random.SystemRandom().randrange(10**6)))
LEASE = 3.0


class Fleet:
    """Several executors and a starter, each a process of its own."""

    def __init__(self, url: str, ledger: Path, executors: int, pause: float) -> None:
        environment = {"HOLDFAST_TEST_LEDGER": str(ledger)}
        self.workers = [Process("worker.py", url, f"w{n}", LEASE, **environment) for n in range(executors)]
        self.starter = Process("starter.py", url, 0, 1_000_000, pause, **environment)
        self.kills = 0

    def acknowledged(self) -> list[int]:
        """The numbers of the workflows whose start returned."""
        return sorted({int(line) for line in self.starter.lines if line.isdigit()})

    def kill_at_random(self, chance: random.Random, seconds: float) -> None:
        """Kill and restart processes until `seconds` have passed; the starter goes on where it was."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(chance.uniform(0.1, 1.2))
            victim = chance.choice([*self.workers, self.starter])
            assert victim.alive, f"a process ended by itself:\n{victim.output}"
            victim.kill()
            self.kills += 1
            time.sleep(chance.choice([0.0, 0.0, 0.3, LEASE + 0.5]))
            if victim is self.starter:
                self.restart_starter()
            else:
                victim.start()

    def restart_starter(self) -> None:
        """Start the starter again from its last number: the id may be in the database, acknowledged or not."""
        numbers = self.acknowledged()
        self.starter._command[-3] = str(numbers[-1] if numbers else 0)
        self.starter.start()


@pytest.mark.parametrize(("store", "share", "executors"), [("postgres", 1.0, 3), ("sqlite", 0.25, 2)])
def test_processes_killed_at_random(
    request: pytest.FixtureRequest, tmp_path: Path, ledger: Path, store: str, share: float, executors: int
) -> None:
    url = request.getfixturevalue("postgres_url") if store == "postgres" else f"sqlite:///{tmp_path / 'app.db'}"
    create_booked(url)
    fleet = Fleet(url, ledger, executors, pause=0.05)
    with ExitStack() as stack:
        for process in (*fleet.workers, fleet.starter):
            stack.enter_context(process)
        print("seed", SEED)
        fleet.starter.wait_for("5")
        fleet.kill_at_random(random.Random(SEED), SECONDS * share)
        fleet.starter.kill()
        numbers = fleet.acknowledged()
        results = wait_until_finished(url, numbers, timeout=120)
        again = reckon(url, ledger, results)
    assert len(results) == len(numbers) > 0
    print(f"{len(numbers)} workflows, {fleet.kills} kills, {again} steps ran again")


def test_the_database_server_killed_at_random(postgres_server: PostgresServer, postgres_url: str, ledger: Path) -> None:
    """SIGKILL of every server process, with fsync on: what a power loss is, as far as one machine can show."""
    create_booked(postgres_url)
    fleet = Fleet(postgres_url, ledger, 2, pause=0.05)
    chance = random.Random(SEED)
    with ExitStack() as stack:
        for process in (*fleet.workers, fleet.starter):
            stack.enter_context(process)
        fleet.starter.wait_for("5")
        for _ in range(max(3, int(SECONDS / 4))):
            time.sleep(chance.uniform(0.3, 2.0))
            postgres_server.kill()
            time.sleep(chance.uniform(0.0, 1.0))
            postgres_server.start()
        time.sleep(1)
        assert fleet.starter.alive, fleet.starter.output
        fleet.starter.kill()
        results = wait_until_finished(postgres_url, fleet.acknowledged(), timeout=120)
        reckon(postgres_url, ledger, results)
        assert all(worker.alive for worker in fleet.workers), fleet.workers[0].output
    assert len(results) > 5


def test_connections_dropped_at_random(postgres_server: PostgresServer, postgres_url: str, ledger: Path) -> None:
    """A statement may commit and its answer be lost: nobody may own work that he does not know of."""
    create_booked(postgres_url)
    fleet = Fleet(postgres_url, ledger, 2, pause=0.02)
    chance = random.Random(SEED)
    with ExitStack() as stack:
        for process in (*fleet.workers, fleet.starter):
            stack.enter_context(process)
        fleet.starter.wait_for("5")
        deadline = time.monotonic() + SECONDS / 4
        while time.monotonic() < deadline:
            time.sleep(chance.uniform(0.02, 0.4))
            postgres_server.terminate_sessions(urlsplit(postgres_url).path.lstrip("/"))
        assert fleet.starter.alive, fleet.starter.output
        fleet.starter.kill()
        results = wait_until_finished(postgres_url, fleet.acknowledged(), timeout=120)
        reckon(postgres_url, ledger, results)
        assert all(worker.alive for worker in fleet.workers), fleet.workers[0].output
    assert len(results) > 5
