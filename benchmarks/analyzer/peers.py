"""The peers: each in a virtual environment of its own, at its newest release."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SEMGREP_RULES = """\
rules:
  - id: clock
    languages: [python]
    severity: ERROR
    message: clock
    pattern-either: [{pattern: time.time(...)}, {pattern: datetime.now(...)}, {pattern: random.random(...)}]
"""


@dataclass(frozen=True)
class Peer:
    """A program that checks a tree.

    Attributes:
        name: in the table.
        packages: what to install from PyPI.
        command: its arguments; `{tree}` is the tree, `{home}` a folder for its configuration.
    """

    name: str
    packages: tuple[str, ...]
    command: tuple[str, ...]

    def prepare(self, home: Path) -> list[str] | None:
        """Install the peer; return its command, or None where it cannot be installed."""
        environment = home / self.name
        if not (environment / "bin" / "python").exists():
            subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        pip = [environment / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        if subprocess.run([*pip, *self.packages], capture_output=True).returncode:
            shutil.rmtree(environment)
            return None
        (home / "semgrep.yml").write_text(SEMGREP_RULES)
        program, *rest = self.command
        return [str(environment / "bin" / program), *rest]


PEERS = (
    Peer("ruff", ("ruff",), ("ruff", "check", "--no-cache", "--isolated", "-q", "{tree}")),
    Peer("temporalint", ("temporalint",), ("temporalint", "{tree}")),
    Peer("replayguard", ("replayguard",), ("replayguard", "check", "{tree}")),
    Peer("flake8", ("flake8",), ("flake8", "--isolated", "-j1", "{tree}")),
    Peer(
        "semgrep",
        ("semgrep",),
        ("semgrep", "--metrics=off", "--quiet", "-j1", "--config", "{home}/semgrep.yml", "{tree}"),
    ),
    Peer("pylint", ("pylint",), ("pylint", "-j1", "--disable=all", "--enable=E", "--recursive=y", "{tree}")),
    Peer("fixit", ("fixit",), ("fixit", "lint", "{tree}")),
)
