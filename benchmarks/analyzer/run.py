"""Measure `holdfast check` beside its peers on one tree, as multiples of `ast.parse` over all its files on one core.

    python benchmarks/analyzer/run.py [--files 2000] [--repeat 3] [--growth] [--peers ruff,flake8] [--out FOLDER]

All take turns in one run; the median of the repeats counts. A peer that cannot be installed, or takes longer than the
limit, stands in the table as such.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from peers import PEERS
from tree import build

HOLDFAST = [sys.executable, "-m", "holdfast", "check", "--isolated", "--exit-zero", "--statistics", "-q"]
LIMIT = 600.0
"""Seconds after which a peer is stopped."""


def parse_all(tree: Path) -> float:
    """Return the seconds that `ast.parse` takes for all files, read before, in this process."""
    sources = [path.read_bytes() for path in sorted(tree.rglob("*.py"))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begun = time.perf_counter()
        for source in sources:
            try:
                ast.parse(source)
            except (SyntaxError, ValueError):
                continue
        return time.perf_counter() - begun


def run(command: list[str], tree: Path) -> tuple[float, float]:
    """Run a command in `tree`; return its seconds and its peak memory in MiB (of the largest process)."""
    with tempfile.TemporaryFile() as output:
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=tree, stdout=output, stderr=output)
        try:
            process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return float("inf"), 0.0
        seconds = time.perf_counter() - begun
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def cold(tree: Path, *options: str) -> float:
    """Return the seconds of a check without any cache."""
    shutil.rmtree(tree / ".holdfast_cache", ignore_errors=True)
    return run([*HOLDFAST, *options, "."], tree)[0]


def warm(tree: Path, changed: Path | None) -> float:
    """Return the seconds of a check with a cache, after `changed` (if any) was edited."""
    if changed is not None:
        with changed.open("a") as stream:
            stream.write(f"\n\ndef added_{time.time_ns()}() -> None:\n    pass\n")
    return run([*HOLDFAST, "."], tree)[0]


def age(tree: Path) -> None:
    """Date all files back: files that changed a moment ago are read again, since they may change unseen."""
    hour = time.time() - 3600
    for path in tree.rglob("*.py"):
        os.utime(path, (hour, hour))


def measured(tree: Path, repeat: int, home: Path, names: list[str]) -> dict[str, list[float]]:
    """Return the seconds of every contestant, one value a repeat."""
    helper = tree / "flows" / "flow_1" / "labels.py"
    ready = {peer.name: peer.prepare(home) for peer in PEERS if peer.name in names}
    contestants: dict[str, Callable[[], float]] = {
        "ast.parse": lambda: parse_all(tree),
        "holdfast cold": lambda: cold(tree),
        "holdfast warm": lambda: warm(tree, None),
        "holdfast warm, one file changed": lambda: warm(tree, helper),
        "holdfast cold, --jobs 1": lambda: cold(tree, "--jobs", "1"),
    }
    for name, command in ready.items():
        if command is not None:
            filled = [part.format(tree=".", home=home) for part in command]
            contestants[name] = lambda filled=filled: run(filled, tree)[0]  # type: ignore[misc]
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(repeat):
        age(tree)
        for name, contestant in contestants.items():
            if float("inf") not in seconds[name]:
                seconds[name].append(contestant())
    seconds |= {name: [] for name, command in ready.items() if command is None}
    return seconds


def table(seconds: dict[str, list[float]]) -> str:
    """Return the medians as a Markdown table of ratios."""
    floor = statistics.median(seconds["ast.parse"])
    lines = ["| | × `ast.parse` |", "|---|---|"]
    for name, values in seconds.items():
        middle = statistics.median(values) if values else None
        if middle is None:
            shown = "cannot be installed"
        elif middle == float("inf"):
            shown = f"over {LIMIT / floor:.0f} (stopped)"
        else:
            shown = f"{middle / floor:.2f}"
        lines.append(f"| {name} | {shown} |")
    return "\n".join(lines)


def growth(sizes: list[int], repeat: int) -> str:
    """Return how a cold check grows with the tree."""
    lines = ["| files | cold × `ast.parse` | seconds a 1,000 files | peak MiB |", "|---|---|---|---|"]
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
            tree = Path(folder)
            build(tree, size)
            floors = [parse_all(tree) for _ in range(repeat)]
            runs = [cold(tree) for _ in range(repeat)]
            memory = peak(tree)
        floor, middle = statistics.median(floors), statistics.median(runs)
        lines.append(f"| {size:,} | {middle / floor:.2f} | {middle / size * 1000:.2f} | {memory:.0f} |")
    return "\n".join(lines)


def peak(tree: Path) -> float:
    """Return the peak memory of a cold check in MiB, measured in a process of its own."""
    shutil.rmtree(tree / ".holdfast_cache", ignore_errors=True)
    program = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    command = [sys.executable, "-c", program, *HOLDFAST, "."]
    return float(subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Run what the command line asks for; print the tables and write them beside results.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--peers", default=",".join(peer.name for peer in PEERS), help="comma-separated; empty for none"
    )
    parser.add_argument(
        "--growth", action="store_true", help="cold checks of 500, 1,000, 2,000, 4,000 and 10,000 files"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.gettempdir()) / "holdfast-benchmark-peers"
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        tree = Path(folder)
        size = build(tree, options.files)
        seconds = measured(tree, options.repeat, home, options.peers.split(","))
    text = f"{options.files:,} files, {size / 1e6:.1f} MB\n\n{table(seconds)}\n"
    if options.growth:
        text += f"\n{growth([500, 1000, 2000, 4000, 10000], options.repeat)}\n"
    (options.out / "table.md").write_text(text)
    (options.out / "results.json").write_text(json.dumps(seconds, indent=1))
    print(text)


if __name__ == "__main__":
    main()
