"""Measure queues beside DBOS, Absurd and procrastinate, in one run on one machine, and print a table of ratios.

    python benchmarks/runtime/queues.py [--quick] [--only TEXT]… [--systems holdfast,absurd] [--plot]

Every system has a Postgres server of its own with the same settings (fsync and synchronous commit on). It is measured as
it comes, and with what its documentation names for more speed. A job is a workflow of one step; procrastinate has no
steps, so its jobs write less. Backlogs are written through the system's own functions, or by copying the one row that its
own call has written. `--quick` (about two minutes) has Holdfast as it comes and its peers set for speed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from comparison import Comparison, command_line, compare
from contestants import QUEUE_CONTESTANTS, Contestant
from measures import QUICK, Bench, Measure, Sizes, enqueued, idle
from report import curves

CUT = 100.0
"""Seconds after which one measurement is given up."""
SPARE = 4500
"""More than a growth measurement takes from the backlog, so that it is as long as its title says throughout."""
LONGEST_OF_PEERS = 100_000

NOTES = """
- As it comes: each system with its defaults. Set for speed: DBOS and Absurd poll every 20 ms instead of every 1 s and
  250 ms, and an executor of DBOS runs up to 50 at once, one of Absurd and procrastinate up to 10, which was their best.
  Holdfast is as it comes, on its queue without limits, and on one with a limit of concurrency, one for each partition,
  and 100 partitions.
- Enqueued: 200 in a row, every 20 to 40 ms, by the monotonic clock that all processes of a machine share.
- Jobs by executors: from the commit of the backlog to the last end in the database.
- Jobs by backlog: one executor, on a backlog that stays as long as the title says. Peers end at 100,000, for the length of the run.
- procrastinate has no steps: its job is one task that does nothing.
- Processor time is what the executor's process, and the server's processes that serve it, get of a core.
"""


@dataclass(frozen=True)
class QueueMeasure(Measure):
    """A measure that may leave out peers as they come: what is only for those that are set for speed."""

    only_fast: bool = False

    def fits(self, contestant: Contestant) -> bool:
        """Whether this contestant has this measure."""
        slow = self.only_fast and contestant.system != "holdfast" and not contestant.setting
        return super().fits(contestant) and not slow


def emptied(executors: int) -> Callable[[Bench, Contestant], dict[str, float]]:
    """From the commit of a backlog to its end, with executors that already wait for it, each a process."""

    def measure(bench: Bench, contestant: Contestant) -> dict[str, float]:
        count = bench.sizes.emptied if contestant.system == "holdfast" else bench.sizes.slowly_emptied
        each: list[dict[str, object]] = [{"executor": f"executor-{number}"} for number in range(executors)]
        with bench.database(contestant) as url:
            bench.run(contestant, "launch", url)  # creates the schema
            with bench.all_hanging(contestant, "work", url, each):
                time.sleep(1)  # they connect, and look at an empty queue
                bench.run(contestant, "empty", url, within=CUT, count=200)
                return bench.run(contestant, "empty", url, within=CUT, count=count)

    return measure


def grown(backlog: int) -> Callable[[Bench, Contestant], dict[str, float]]:
    """What one executor runs a second of a backlog that stays so long, and how long claiming 50 of it takes."""

    def measure(bench: Bench, contestant: Contestant) -> dict[str, float]:
        with bench.database(contestant) as url:
            bench.run(contestant, "launch", url)  # creates the schema
            bench.run(contestant, "fill", url, within=CUT, count=backlog + SPARE)
            count = 2500 if contestant.system == "holdfast" else 500
            drained = bench.run(contestant, "drain", url, within=CUT, count=count)
            return drained | (bench.run(contestant, "claim", url, within=CUT) if contestant.system in CLAIMING else {})

    return measure


def idle_worker(bench: Bench, contestant: Contestant) -> dict[str, float]:
    """What an executor costs that listens to an empty queue."""
    return idle(bench, contestant, "work")


_ALL = ("holdfast", "dbos", "absurd", "procrastinate")
CLAIMING = ("holdfast", "absurd", "procrastinate")
"""Those whose claim can be called by itself."""


def measures(executors: tuple[int, ...], backlogs: tuple[int, ...]) -> tuple[Measure, ...]:
    """Return the rows of the table, for so many executors and so long backlogs."""
    first = "enqueued in one process, running in another"
    rows: list[Measure] = [
        QueueMeasure("enqueued_ms", f"{first}: p50", "ms", enqueued, systems=_ALL),
        QueueMeasure("enqueued_p99_ms", f"{first}: p99", "ms", enqueued, systems=_ALL),
    ]
    for number in executors:
        title, curve = f"jobs, {number} executor{'s' if number > 1 else ''}", "jobs by executors"
        run, only_fast = emptied(number), number > 1
        rows.append(
            QueueMeasure("jobs_per_s", title, "/s", run, True, _ALL, curve=curve, at=number, only_fast=only_fast)
        )
    for backlog in backlogs:
        waiting, run = f"{backlog:,} waiting", grown(backlog)
        systems = _ALL if backlog <= LONGEST_OF_PEERS else ("holdfast",)
        for key, title, unit, curve in (
            ("drained_per_s", "jobs", "/s", "jobs of one executor by backlog"),
            ("claim_ms", "claiming 50", "ms", "claiming 50 by backlog"),
        ):
            more, title = unit == "/s", f"{title}, {waiting}"
            rows.append(QueueMeasure(key, title, unit, run, more, systems, curve=curve, at=backlog, only_fast=True))
    rows += [
        QueueMeasure("statements_per_s", "statements of an idle executor", "/s", idle_worker, systems=_ALL),
        QueueMeasure("executor_ms_per_s", "processor time of an idle executor", "ms/s", idle_worker, systems=_ALL),
        QueueMeasure(
            "server_ms_per_s", "processor time of its sessions in the server", "ms/s", idle_worker, systems=_ALL
        ),
    ]
    return tuple(rows)


def main() -> None:
    """Run what the command line asks for and write queues.json and queues.md, and queues.svg where asked."""
    options = command_line(__doc__, repeat=1)
    rows, sizes, contestants = measures((1, 4, 8), (1000, 10_000, 100_000, 1_000_000)), Sizes(), QUEUE_CONTESTANTS
    if options.quick:
        rows, sizes = measures((1,), (1000,)), QUICK
        contestants = tuple(c for c in contestants if (c.system == "holdfast") is (not c.setting))
    files = ("queues.json", "queues.md", "queues.svg")
    compare(Comparison(rows, sizes, contestants, files, curves, NOTES), options)


if __name__ == "__main__":
    main()
