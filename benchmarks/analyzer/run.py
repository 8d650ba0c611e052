"""Measure `holdfast check` beside other linters on one tree, in one run, as multiples of `ast.parse` over all its files.

    python benchmarks/analyzer/run.py [--full] [--repeat 3] [--files 2000] [--sizes 500,1000,2000,4000] [--memory 2000,10000]
        [--peers ruff,temporalint,…|none] [--peer-files 500] [--limit 300] [--keep FOLDER]

All that is measured on one tree takes turns within each repeat, so that a machine's mood falls on all of them alike; the
medians count. Without options it is small: one tree of 500 files, quick peers, two repeats.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import Run, parse_all, run
from peers import PEERS, Peer, command_of, installed
from report import Line, markdown, show
from tree import Tree, make_tree

HERE = Path(__file__).parent
HOLDFAST = (sys.executable, "-m", "holdfast", "check", "--isolated", "--quiet", "--output-format", "concise")
Case = tuple[str, Callable[[Tree], Run]]


def main() -> None:
    """Measure what the command line asks for; print a table; write results.json and table.md."""
    options = parsed()
    lines: list[Line] = []
    folder = Path(options.keep or tempfile.mkdtemp(prefix="holdfast-bench-"))
    try:
        sizes = sorted({*options.sizes, *options.memory, options.files, options.peer_files})
        trees = {files: tree_of(folder, files) for files in sizes}
        large = [peer for peer in options.peers if peer.large]
        small = [peer for peer in options.peers if not peer.large]
        lines += measured(
            trees[options.files], [*holdfast_cases(), *peer_cases(large, options.limit, lines, options.files)], options
        )
        lines += measured(
            trees[options.peer_files], peer_cases(small, options.limit, lines, options.peer_files), options
        )
        for files in options.sizes:
            lines += measured(trees[files], [("holdfast, cold", cold())], options, f"growth: {files} files")
        for files in options.memory:
            lines += measured(trees[files], [("holdfast, cold, memory", cold(watch=True))], options, repeat=1)
        shares = {files: round(tree.workflow_size / tree.size, 3) for files, tree in trees.items()}
        bytes_of = {files: tree.size for files, tree in trees.items()}
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    show(lines)
    facts: dict[str, object] = {
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    facts |= {"load": os.getloadavg(), "repeat": options.repeat, "bytes": bytes_of, "workflow_share": shares}
    options.out.mkdir(parents=True, exist_ok=True)
    results = [{name: getattr(line, name) for name in line.__dataclass_fields__} for line in lines]
    (options.out / "results.json").write_text(json.dumps(facts | {"results": results}, indent=1) + "\n")
    (options.out / "table.md").write_text(markdown(lines))


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument(
        "--files", type=int, default=500, help="of the tree that holdfast and quick peers are measured on"
    )
    parser.add_argument("--peer-files", type=int, default=500, help="of the tree for slow peers")
    parser.add_argument("--sizes", type=numbers, default=[], help="for the growth, comma-separated")
    parser.add_argument("--memory", type=numbers, default=[], help="sizes at which memory is watched")
    parser.add_argument("--peers", default="ruff,temporalint,replayguard", help="comma-separated; `all`; `none`")
    parser.add_argument("--limit", type=float, default=300, help="seconds for one run of a peer")
    parser.add_argument("--keep", default="", help="folder in which trees are kept, and found again")
    parser.add_argument("--full", action="store_true", help="what the README reports")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    options = parser.parse_args()
    if options.full:
        options.files, options.sizes, options.memory = 2000, [500, 1000, 2000, 4000], [2000, 10000]
        options.peers, options.repeat = "all", 3
    wanted = {peer.name for peer in PEERS} if options.peers == "all" else set(options.peers.split(",")) - {"none"}
    unknown = wanted - {peer.name for peer in PEERS}
    if unknown:
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    options.peers = [peer for peer in PEERS if peer.name in wanted]
    return options


def numbers(text: str) -> list[int]:
    """Read numbers separated by commas."""
    return [int(part) for part in text.split(",") if part]


def tree_of(folder: Path, files: int) -> Tree:
    """Make a tree anew: a kept one may have been changed by a run that was cut short."""
    root = folder / f"tree-{files}"
    shutil.rmtree(root, ignore_errors=True)
    return make_tree(root, files)


# Cases


def holdfast_cases() -> list[Case]:
    """Return the ways in which holdfast is run; the warm ones follow a cold one, whose cache they use."""
    return [
        ("holdfast, cold", cold()),
        ("holdfast, warm, nothing changed", lambda tree: checked(tree)),
        ("holdfast, warm, one file changed", changed),
        ("holdfast, cold, --jobs 1", cold("--jobs", "1")),
        ("holdfast, cold, --no-cache", lambda tree: checked(tree, "--no-cache")),
    ]


def checked(tree: Tree, *options: str, watch: bool = False) -> Run:
    """Run a check."""
    return run((*HOLDFAST, *options, "."), tree.root, 900, (0, 1), watch)


def cold(*options: str, watch: bool = False) -> Callable[[Tree], Run]:
    """Return a check without what earlier ones found; what it finds is kept."""

    def case(tree: Tree) -> Run:
        shutil.rmtree(tree.root / ".holdfast_cache", ignore_errors=True)
        return checked(tree, *options, watch=watch)

    return case


def changed(tree: Tree) -> Run:
    """Change a module that workflows reach, and check."""
    with tree.helper.open("a") as file:
        file.write("\n\nLIMIT = 3\n")
    return checked(tree)


def peer_cases(peers: Iterable[Peer], limit: float, lines: list[Line], files: int) -> list[Case]:
    """Return the runs of peers; one that cannot be installed gets its line at once."""
    cases: list[Case] = []
    for peer in peers:
        program, version = installed(peer)
        if program is None:
            lines.append(Line(peer.name, files, 0, 0, 0, 0, note=version))
            continue
        command = command_of(peer, program)

        def case(tree: Tree, command: list[str] = command, peer: Peer = peer) -> Run:
            return run(command, tree.root, limit, peer.accepted)

        cases.append((f"{peer.name} {version}", case))
    return cases


def measured(tree: Tree, cases: list[Case], options: argparse.Namespace, note: str = "", repeat: int = 0) -> list[Line]:
    """Run all cases in turns and return their medians."""
    if not cases:
        return []
    yardsticks: list[Run] = []
    runs: dict[str, list[Run]] = {name: [] for name, _ in cases}
    for number in range(repeat or options.repeat):
        yardsticks.append(parse_all(tree.root))
        for name, case in cases:
            if any(found.failure for found in runs[name]):
                continue
            runs[name].append(case(tree))
            print(f"{tree.files} files, turn {number + 1}: {name}: {runs[name][-1].wall:.2f} s", file=sys.stderr)
    wall, cpu = (statistics.median(getattr(found, part) for found in yardsticks) for part in ("wall", "cpu"))
    lines = [Line("ast.parse of all files", tree.files, wall, cpu, 1.0, 1.0, note=note)]
    for name, found in runs.items():
        failure = next((one.failure for one in found if one.failure), "")
        if failure:
            lines.append(Line(name, tree.files, 0, 0, 0, 0, note=failure))
            continue
        own_wall, own_cpu = (statistics.median(getattr(one, part) for one in found) for part in ("wall", "cpu"))
        memory = max(one.memory for one in found)
        lines.append(Line(name, tree.files, own_wall, own_cpu, own_wall / wall, own_cpu / cpu, memory, note))
    return lines


if __name__ == "__main__":
    main()
