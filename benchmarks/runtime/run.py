"""Measure Holdfast beside its peers and the floor, in one run on one machine, and print a table of ratios.

    python benchmarks/runtime/run.py [--quick] [--repeat 3] [--only TEXT]… [--systems holdfast,dbos] [--plot]

Contestants take turns within each measure, so that a machine's mood falls on all of them; the median of the repeats
counts. Peers are installed in virtual environments of their own, at their newest releases.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from contestants import CONTESTANTS, HERE, Contestant, versions
from measures import MEASURES, QUICK, Bench, Measure, PostgresServer, Sizes
from report import plot, table


def main() -> None:
    """Run what the command line asks for and write results.json and table.md, and plot.svg where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes: a look, not a result")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each measurement; the median counts")
    parser.add_argument("--only", action="append", default=[], help="measures whose title or key has this text")
    parser.add_argument("--systems", default="floor,holdfast,dbos,absurd", help="comma-separated")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--plot", action="store_true", help="draw plot.svg too (needs matplotlib)")
    options = parser.parse_args()
    chosen = tuple(c for c in CONTESTANTS if c.system in options.systems.split(","))
    wanted = [m for m in MEASURES if not options.only or any(t in m.title or t == m.key for t in options.only)]
    with PostgresServer() as server, tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        bench = Bench(server, Path(folder), QUICK if options.quick else Sizes())
        results, failures = measured(bench, wanted, chosen, options.repeat)
    options.out.mkdir(parents=True, exist_ok=True)
    lines = [{"measure": m.title, "unit": m.unit, "contestant": c.name, "value": v} for (m, c), v in results.items()]
    facts = {"machine": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
    facts |= {"releases": versions(chosen), "quick": options.quick, "repeat": options.repeat, "failures": failures}
    (options.out / "results.json").write_text(json.dumps(facts | {"results": lines}, indent=1) + "\n")
    warning = "`--quick`: smaller sizes than the titles say.\n\n" if options.quick else ""
    (options.out / "table.md").write_text(warning + table(results))
    print(warning + table(results))
    for failure in failures:
        print(failure, file=sys.stderr)
    if options.plot:
        plot(results, options.out / "plot.svg")
    sys.exit(bool(failures))


def measured(
    bench: Bench, wanted: list[Measure], chosen: tuple[Contestant, ...], repeat: int
) -> tuple[dict[tuple[Measure, Contestant], float], list[str]]:
    """Return the median of each measure for each contestant, and the failures."""
    values: defaultdict[tuple[Measure, Contestant], list[float]] = defaultdict(list)
    failures = []
    runs = list(dict.fromkeys(measure.run for measure in wanted))
    for run in runs:
        ours = [measure for measure in wanted if measure.run is run]
        for _ in range(repeat):
            for contestant in (c for c in chosen if any(m.fits(c) for m in ours)):
                print(f"{ours[0].title}: {contestant.name} …", file=sys.stderr, flush=True)
                try:
                    result = run(bench, contestant)
                except (RuntimeError, OSError, ValueError) as error:
                    failures.append(str(error))
                    continue
                for measure in ours:
                    if measure.fits(contestant) and measure.key in result:
                        values[measure, contestant].append(result[measure.key])
    return {key: statistics.median(found) for key, found in values.items()}, failures


if __name__ == "__main__":
    main()
