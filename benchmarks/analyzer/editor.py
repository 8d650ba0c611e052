"""Measure how long an editor waits: from a keystroke, less the debounce, to the findings of what was typed.

    python benchmarks/analyzer/editor.py [--files 2000] [--keystrokes 30] [--keep FOLDER]

A client starts `holdfast lsp` on the tree, a git checkout, opens a helper that a workflow reaches and types into it: each time a
line that adds a hazard or takes it away, so that the workflow is followed anew and what is told changes. Medians and the
95th percentile count; the processor time of the server is told besides, for machines that do other work.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "analyzer"))

from editor_client import Editor
from tree import make_tree

DEBOUNCE = 50
"""Milliseconds that the server waits for further keystrokes."""
GAP = 0.3
"""Seconds between two keystrokes: a person who waits to see what is found."""


def main() -> None:
    """Measure; print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--keystrokes", type=int, default=30)
    parser.add_argument("--keep", default="", help="folder in which the tree is kept")
    options = parser.parse_args()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="holdfast-bench-"))
    root = folder / f"tree-{options.files}"
    try:
        shutil.rmtree(root, ignore_errors=True)
        tree = make_tree(root, options.files)
        (root / "pyproject.toml").write_text("[tool.holdfast]\n")
        (root / ".gitignore").write_text(".holdfast_cache\n")
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        asyncio.run(measured(root, tree.helper, options.keystrokes))
    finally:
        if not options.keep:
            shutil.rmtree(folder)


async def measured(root: Path, helper: Path, keystrokes: int) -> None:
    """Type, and print what it costs."""
    os.environ["HOLDFAST_TRACEBACK"] = "1"
    editor = Editor(root)
    began = time.perf_counter()
    await editor.start("--debounce", str(DEBOUNCE))
    text = helper.read_text()
    editor.open(helper)
    name = helper.name
    await editor.until(lambda: name in editor.versions)
    print(f"first findings of {root.name}, with nothing cached: {time.perf_counter() - began:.2f} s")
    server = editor.process()
    waits, costs = [], []
    for number in range(keystrokes + 3):
        await asyncio.sleep(GAP)
        before, used = time.perf_counter(), used_by(server)
        version = editor.type(helper, changed(text, number))
        await editor.until(lambda version=version: editor.versions.get(name) == version)
        if number >= 3:  # the first ones import the evaluator
            waits.append((time.perf_counter() - before) * 1000 - DEBOUNCE)
            costs.append((used_by(server) - used) * 1000)
    await editor.finish()
    for title, values in (("wait after the debounce", waits), ("processor time", costs)):
        high = statistics.quantiles(values, n=20)[-1]
        print(f"{title}: median {statistics.median(values):.0f} ms, 95th percentile {high:.0f} ms")


def changed(text: str, number: int) -> str:
    """Return the helper after a keystroke: its functions as they are, or the first one with a hazard, and never the same text twice."""
    lines = text.split("\n")
    at = next(index for index, line in enumerate(lines) if line.startswith("    return "))
    if number % 2:
        lines.insert(at, "    print(__import__('time').time())")
    return "\n".join([*lines, f"# {number}"])


def used_by(process: psutil.Process) -> float:
    """Return the seconds of processor time that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
