"""Measure what the plugin adds to flake8: both on one tree, in turns, as a ratio.

    python benchmarks/analyzer/flake8_plugin.py [--files 2000] [--repeat 3] [--keep FOLDER] [--jobs auto]

flake8 alone is the same flake8 of the same environment, which is shown no plugin of holdfast. Cold is without what an earlier
run has cached; warm, which must stay within 1.3, with it. The medians count.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import Run, run
from tree import make_tree

ALONE = """
import importlib.metadata, sys
every = importlib.metadata.distributions
importlib.metadata.distributions = lambda **given: (d for d in every(**given) if d.metadata["Name"] != "holdfast")
from flake8.main.cli import main
sys.exit(main())
"""
"""flake8, which asks for the entry points of what is installed, is not told of holdfast."""

OPTIONS = ("--isolated", "--quiet", ".")
CASES = ("flake8 alone", "with the plugin, cold", "with the plugin, warm", "with the plugin, warm, one file changed")


def main() -> None:
    """Measure; print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--jobs", default="auto", help="of flake8")
    parser.add_argument("--keep", default="", help="folder in which the tree is kept")
    options = parser.parse_args()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="holdfast-bench-"))
    try:
        runs = measured(folder, options.files, options.repeat, options.jobs)
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    show(runs, options.files)


def measured(folder: Path, files: int, repeat: int, jobs: str) -> dict[str, list[Run]]:
    """Run all cases in turns."""
    root = folder / f"tree-{files}"
    shutil.rmtree(root, ignore_errors=True)
    tree = make_tree(root, files)
    (root / "pyproject.toml").write_text("[tool.holdfast]\n")
    alone = (sys.executable, "-c", ALONE, "--jobs", jobs, *OPTIONS)
    plugged = (sys.executable, "-m", "flake8", "--jobs", jobs, *OPTIONS)
    runs: dict[str, list[Run]] = {name: [] for name in CASES}
    for turn in range(repeat):
        for name in CASES:
            if name.endswith("cold"):
                shutil.rmtree(root / ".holdfast_cache", ignore_errors=True)
            if name.endswith("changed"):
                with tree.helper.open("a") as file:
                    file.write("\n\nLIMIT = 3\n")
            found = run(alone if name == CASES[0] else plugged, root, 900, (0, 1))
            if found.failure:
                sys.exit(f"{name}: {found.failure}")
            runs[name].append(found)
            print(f"turn {turn + 1}: {name}: {found.wall:.2f} s, {found.cpu:.2f} s of processor time", file=sys.stderr)
    return runs


def show(runs: dict[str, list[Run]], files: int) -> None:
    """Print medians, and each as a multiple of flake8 alone."""
    medians = {
        name: [statistics.median(getattr(one, part) for one in found) for part in ("wall", "cpu")]
        for name, found in runs.items()
    }
    wall, cpu = medians[CASES[0]]
    print(f"{files} files, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print(f"{'':<42}{'wall':>8}{'':>7}{'processor':>11}")
    for name, (own_wall, own_cpu) in medians.items():
        print(f"{name:<42}{own_wall:>6.2f} s{own_wall / wall:>6.2f}x{own_cpu:>9.2f} s{own_cpu / cpu:>6.2f}x")


if __name__ == "__main__":
    main()
