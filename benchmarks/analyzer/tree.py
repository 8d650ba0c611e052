"""Makes the measured tree: other code copied from what is installed here, workflow code written by `services`.

Copied at benchmark time and never committed. Files are drawn with a fixed seed from the standard library and from the
site-packages of the running environment, up to `LARGEST` bytes each, as projects seldom hold larger ones; the files'
sizes then average about 8 kB, as in the public projects that were looked at.
"""

from __future__ import annotations

import os
import random
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services import make_service

LARGEST = 40_000
SMALLEST = 400
WORKFLOW_SHARE = 0.25
"""Of the bytes: in services. Of public projects that use an engine about a quarter lies in files that name it."""
PAST = 1_700_000_000
"""Modification time of every file, in seconds: a tree that was not written just now, as a checkout on a disk."""
SKIPPED = frozenset({"__pycache__", "lib2to3", "test", "tests", "idlelib", "site-packages"})


@dataclass(frozen=True)
class Tree:
    """A tree on disk.

    Attributes:
        root: its folder.
        files: how many.
        size: bytes of all files.
        workflow_size: bytes of the services' files.
        helper: a module that a workflow reaches, which the benchmark changes.
    """

    root: Path
    files: int
    size: int
    workflow_size: int
    helper: Path


def make_tree(root: Path, files: int, seed: int = 7) -> Tree:
    """Write a tree.

    Args:
        root: a folder that is not there yet.
        files: how many files it shall have.
        seed: decides what is drawn and written.

    Returns:
        The tree.

    Raises:
        SystemExit: too little is installed here to draw so many files from.
    """
    others = sorted(installed())
    random.Random(seed).shuffle(others)
    count = size = workflow_size = services = 0
    helper = root
    while count < files:
        if services == 0 or workflow_size < WORKFLOW_SHARE * size:
            service = make_service(services, seed)
            for name, text in service.files.items():
                written(root / "services" / service.name / name, text.encode())
                workflow_size += len(text.encode())
                size += len(text.encode())
            count += len(service.files)
            helper = helper if services else root / "services" / service.name / "plans.py"
            services += 1
            continue
        if not others:
            raise SystemExit(f"only {count} files can be drawn from what is installed here; ask for fewer")
        path, name = others.pop()
        data = path.read_bytes()
        written(root / "other" / name, data)
        size += len(data)
        count += 1
    written(root / "pyproject.toml", b'[project]\nname = "measured"\nversion = "1"\n')
    return Tree(root, count, size, workflow_size, helper)


def installed() -> Iterator[tuple[Path, str]]:
    """Yield files of other code, each with its path in the tree; again under another name when all are used up."""
    paths = sysconfig.get_paths()
    found = []
    for label, top in (("library", paths["stdlib"]), ("packages", paths["purelib"])):
        for folder, folders, names in os.walk(top):
            folders[:] = [name for name in folders if name not in SKIPPED]
            below = os.path.relpath(folder, top)
            for name in names:
                path = Path(folder, name)
                if name.endswith(".py") and SMALLEST <= path.stat().st_size <= LARGEST:
                    found.append((path, os.path.join(label, below, name)))
    for copy in range(3):
        for path, name in found:
            yield path, os.path.join(f"part{copy}", name)


def written(path: Path, data: bytes) -> None:
    """Write a file of the tree."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (PAST, PAST))
