"""Runs a command and says how long it took, how much processor time, and how much memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

PARSE_ALL = """
import ast, os, sys, time, warnings
warnings.simplefilter("ignore")
paths = [os.path.join(folder, name) for folder, _, names in os.walk(".") for name in names if name.endswith(".py")]
wall, cpu = time.perf_counter(), time.process_time()
for path in paths:
    with open(path, "rb") as file:
        data = file.read()
    try:
        ast.parse(data)
    except (SyntaxError, ValueError):
        pass
print(time.perf_counter() - wall, time.process_time() - cpu)
"""
"""The yardstick: reading and `ast.parse` of all files, on one core, in one process, with the garbage collector on.

The process's own start is left out of it; in what is measured against it the start counts."""


@dataclass(frozen=True)
class Run:
    """One run.

    Attributes:
        wall: seconds.
        cpu: seconds of processor time, of all its processes.
        failure: why it does not count, or "".
        memory: bytes resident at most, of all its processes together; 0 where it was not watched.
    """

    wall: float
    cpu: float
    failure: str = ""
    memory: int = 0


def parse_all(tree: Path) -> Run:
    """Measure the yardstick."""
    found = subprocess.run(
        [sys.executable, "-c", PARSE_ALL], cwd=tree, check=True, capture_output=True, text=True
    ).stdout.split()
    return Run(float(found[0]), float(found[1]))


def run(command: Sequence[str], tree: Path, limit: float, accepted: Sequence[int], watch_memory: bool = False) -> Run:
    """Run a command in the tree.

    Args:
        command: program and arguments.
        tree: the working directory.
        limit: seconds after which it is ended.
        accepted: exit statuses of a run that did its work.
        watch_memory: add up the resident memory of its processes every 20 ms; that costs it a little.

    Returns:
        What it took.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    environment = {**os.environ, "SEMGREP_SEND_METRICS": "off", "NO_COLOR": "1"}
    # Installed programs have their bytecode; compiling them anew in each run is no part of what they do.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with subprocess.Popen(
        command, cwd=tree, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, text=True
    ) as process:
        peak = Peak(process.pid) if watch_memory else None
        try:
            _, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            end(process)
            return Run(limit, limit, f"over the limit of {limit:.0f} s")
        finally:
            memory = peak.stop() if peak is not None else 0
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    last = errors.strip().splitlines()[-1:] or ["no message"]
    failure = "" if process.returncode in accepted else f"exit status {process.returncode}: {last[0][:120]}"
    return Run(wall, cpu, failure, memory)


def end(process: subprocess.Popen[str]) -> None:
    """End a process and those that it started."""
    for child in psutil.Process(process.pid).children(recursive=True):
        child.kill()
    process.kill()
    process.communicate()


class Peak:
    """Watches the memory of a process and its children."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            total = 0
            try:
                for process in (self._process, *self._process.children(recursive=True)):
                    total += process.memory_info().rss
            except psutil.NoSuchProcess:
                # One of them ended between listing and asking: the next look counts.
                continue
            self._peak = max(self._peak, total)

    def stop(self) -> int:
        """Return the peak in bytes."""
        self._done.set()
        self._thread.join()
        return self._peak
