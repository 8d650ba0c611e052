"""One run of some measures over some contestants: the command line, the order, and what is written where.

Contestants take turns within each measure, so that a machine's mood falls on all of them; the median of the repeats
counts. After each measure everything is written, so that a run that is cut loses nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contestants import HERE, Contestant, versions
from measures import Bench, Measure, Sizes
from report import Outcome, table


@dataclass(frozen=True)
class Comparison:
    """What is compared, and the files that it is told in.

    Attributes:
        measures: the rows.
        sizes: how much each measurement does.
        contestants: the columns.
        files: for the numbers, the table and the plot.
        draw: draws the plot.
        notes: what a reader of the table has to know, in Markdown.
    """

    measures: Sequence[Measure]
    sizes: Sizes
    contestants: Sequence[Contestant]
    files: tuple[str, str, str]
    draw: Callable[[Outcome, Path], None]
    notes: str = ""


def command_line(description: str | None, repeat: int) -> argparse.Namespace:
    """Read the command line; `repeat` is how often each measurement runs unless it says so."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes: a look, not a result")
    parser.add_argument("--repeat", type=int, default=repeat, help="runs of each measurement; the median counts")
    parser.add_argument("--only", action="append", default=[], help="measures whose title or key has this text")
    parser.add_argument("--systems", default="", help="comma-separated; all of them unless given")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--plot", action="store_true", help="draw the plot too (needs matplotlib)")
    return parser.parse_args()


def compare(comparison: Comparison, options: argparse.Namespace) -> None:
    """Measure what the command line asks for, write the files, and exit with 1 when something failed."""
    chosen = [c for c in comparison.contestants if not options.systems or c.system in options.systems.split(",")]
    wanted = [
        m for m in comparison.measures if not options.only or any(t in m.title or t == m.key for t in options.only)
    ]
    outcome = Outcome(comparison.measures, chosen)
    options.out.mkdir(parents=True, exist_ok=True)
    facts: dict[str, Any] = {
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    facts |= {"releases": versions(tuple(chosen)), "quick": options.quick, "repeat": options.repeat}
    facts["load"] = round(os.getloadavg()[0], 1)  # a busy machine is slow for all, but not for all alike
    with Bench(comparison.sizes) as bench:
        for run in dict.fromkeys(measure.run for measure in wanted):
            _measure(bench, [measure for measure in wanted if measure.run is run], options.repeat, outcome)
            _write(comparison, outcome, facts, options.out)
    print((options.out / comparison.files[1]).read_text())
    for failure in outcome.failures:
        print(failure, file=sys.stderr)
    if options.plot:
        comparison.draw(outcome, options.out / comparison.files[2])
    sys.exit(bool(outcome.failures))


def _measure(bench: Bench, measures: Sequence[Measure], repeat: int, outcome: Outcome) -> None:
    """Add the medians of measures that one run gives for every contestant, and what failed."""
    values: defaultdict[tuple[Measure, Contestant], list[float]] = defaultdict(list)
    for _ in range(repeat):
        for contestant in (c for c in outcome.contestants if any(m.fits(c) for m in measures)):
            print(f"{measures[0].title}: {contestant.name} … ", end="", file=sys.stderr, flush=True)
            try:
                result = measures[0].run(bench, contestant)
                print({name: round(value, 3) for name, value in result.items()}, file=sys.stderr, flush=True)
            except (RuntimeError, OSError, ValueError) as error:
                print("failed", file=sys.stderr, flush=True)
                outcome.failures.append(f"{measures[0].title}: {error}")
                continue
            for measure in measures:
                if measure.fits(contestant) and measure.key in result:
                    values[measure, contestant].append(result[measure.key])
    outcome.results.update({key: statistics.median(found) for key, found in values.items()})


def _write(comparison: Comparison, outcome: Outcome, facts: dict[str, Any], folder: Path) -> None:
    numbers, page, _ = comparison.files
    lines = [
        {"measure": m.title, "unit": m.unit, "contestant": c.name, "value": v} for (m, c), v in outcome.results.items()
    ]
    everything = facts | {"failures": outcome.failures, "results": lines}
    (folder / numbers).write_text(json.dumps(everything, indent=1) + "\n")
    releases = ", ".join(f"{name} {release}" for name, release in facts["releases"].items())
    machine = f"{facts['cores']} cores, with a load of {facts['load']} from others at the start"
    head = f"{machine}; Python {facts['python']}{'; ' if releases else ''}{releases}.\n\n"
    warning = "`--quick`: smaller sizes than the titles say.\n\n" if facts["quick"] else ""
    cut = "".join(f"- {failure.splitlines()[0]}\n" for failure in outcome.failures)
    missing = f"\nNot measured:\n\n{cut}" if cut else ""
    (folder / page).write_text(warning + head + table(outcome) + comparison.notes + missing)
