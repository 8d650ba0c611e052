"""Who is measured: each with a driver, a store, a style, and the packages that it needs from PyPI."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Contestant:
    """One system in one style on one store, and how it is set where that is not as it comes."""

    system: str
    style: str
    store: str
    packages: tuple[str, ...] = ()
    setting: str = ""
    options: tuple[tuple[str, float], ...] = ()

    @property
    def name(self) -> str:
        """The name in tables and plots."""
        suffix = " (SQLite)" if self.store == "sqlite" else ""
        return f"{self.system} {self.style}{suffix}" + (f", {self.setting}" if self.setting else "")

    def python(self) -> Path:
        """The interpreter that has the packages; makes the virtual environment on first use."""
        return peer_python(self.system, self.packages) if self.packages else Path(sys.executable)

    @property
    def driver(self) -> Path:
        """The script that drives the system."""
        return HERE / "drivers" / f"drive_{self.system}.py"


_DBOS = ("dbos", "psycopg[binary]")
_ABSURD = ("absurd-sdk", "absurdctl", "psycopg[binary]")
_PROCRASTINATE = ("procrastinate", "psycopg[binary]")

CONTESTANTS = (
    Contestant("floor", "sync", "postgres"),
    Contestant("floor", "async", "postgres"),
    Contestant("holdfast", "sync", "postgres"),
    Contestant("holdfast", "async", "postgres"),
    Contestant("dbos", "sync", "postgres", _DBOS),
    Contestant("dbos", "async", "postgres", _DBOS),
    Contestant("absurd", "sync", "postgres", _ABSURD),
    Contestant("absurd", "async", "postgres", _ABSURD),
    Contestant("floor", "sync", "sqlite"),
    Contestant("holdfast", "sync", "sqlite"),
    Contestant("dbos", "sync", "sqlite", _DBOS),
)

QUEUE_CONTESTANTS = (
    Contestant("holdfast", "async", "postgres"),
    Contestant("holdfast", "async", "postgres", setting="limits and partitions", options=(("limited", 1),)),
    Contestant("dbos", "async", "postgres", _DBOS),
    Contestant("dbos", "async", "postgres", _DBOS, "set for speed", (("poll", 0.02), ("slots", 50))),
    Contestant("absurd", "async", "postgres", _ABSURD),
    Contestant("absurd", "async", "postgres", _ABSURD, "set for speed", (("poll", 0.02), ("slots", 10))),
    Contestant("procrastinate", "async", "postgres", _PROCRASTINATE),
    Contestant("procrastinate", "async", "postgres", _PROCRASTINATE, "set for speed", (("slots", 10),)),
)
"""Each peer as it comes, and with what its documentation names for more speed: how often it polls, how much runs at once."""


def peer_python(system: str, packages: tuple[str, ...]) -> Path:
    """Return the interpreter of a peer's own virtual environment, made with its newest releases on first use."""
    folder = HERE / ".peers" / system
    python = folder / "bin" / "python"
    ready = folder / ".ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "--upgrade", *packages], check=True)
        ready.touch()
    return python


def versions(contestants: tuple[Contestant, ...]) -> dict[str, str]:
    """Return the installed release of each peer's first package."""
    found = {}
    for contestant in contestants:
        if contestant.packages:
            program = f"import importlib.metadata as m; print(m.version({contestant.packages[0]!r}))"
            done = subprocess.run([contestant.python(), "-c", program], capture_output=True, text=True, check=True)
            found[contestant.packages[0]] = done.stdout.strip()
    return found
