"""The linters that are measured on the same tree, each in a virtual environment of its own, at its newest release.

They are run as a user would run them first: their defaults, without a cache. What they do differs: ruff, flake8 and
pylint are linters of all Python, temporalint and replayguard look for hazards of one engine, fixit runs its own rules and
semgrep ten patterns for calls of the clock, randomness and the like. None of them follows a call out of a file.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENTS = HERE / ".peers"
PATTERNS = (
    *("time.time()", "time.sleep(...)", "datetime.datetime.now(...)", "random.random()", "random.choice(...)"),
    *("uuid.uuid4()", "os.environ[...]", "os.getenv(...)", "requests.get(...)", "open(...)"),
)


@dataclass(frozen=True)
class Peer:
    """A linter.

    Attributes:
        name: of its package.
        arguments: of its command.
        accepted: exit statuses of a run that did its work.
        large: it is quick enough for the large tree; others are measured on the small one.
        also: further packages that it needs.
    """

    name: str
    arguments: tuple[str, ...]
    accepted: Sequence[int] = (0, 1)
    large: bool = True
    also: tuple[str, ...] = ()


PEERS = (
    Peer("ruff", ("check", "--no-cache", "--isolated", "--quiet", ".")),
    Peer("temporalint", (".",)),
    Peer("replayguard", ("check", ".")),
    Peer("flake8", ("--isolated", "--quiet", "."), large=False),
    Peer(
        "semgrep",
        ("scan", "--metrics=off", "--disable-version-check", "--quiet", "--config", "{patterns}", "."),
        large=False,
    ),
    Peer("fixit", ("--quiet", "lint", "."), large=False),
    Peer("pylint", ("--recursive=y", "--score=n", "."), accepted=range(32), large=False),
)


def installed(peer: Peer) -> tuple[Path | None, str]:
    """Install a peer once.

    Returns:
        Its command, or None; and its version, or why it cannot be installed.
    """
    home = ENVIRONMENTS / peer.name
    command = home / "bin" / peer.name
    if not command.exists():
        python = home / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", peer.name, *peer.also],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            return None, f"cannot be installed: {done.stderr.strip().splitlines()[-1][:120]}"
    shown = subprocess.run(
        [home / "bin" / "python", "-c", f"import importlib.metadata as m; print(m.version({peer.name!r}))"],
        capture_output=True,
        text=True,
    )
    return command, shown.stdout.strip()


def command_of(peer: Peer, program: Path) -> list[str]:
    """Return the command line."""
    patterns = ENVIRONMENTS / "patterns.yaml"
    if not patterns.exists():
        rules = [
            f"  - {{id: pattern-{number}, languages: [python], severity: WARNING, message: hazard, pattern: {text!r}}}"
            for number, text in enumerate(PATTERNS)
        ]
        patterns.write_text("rules:\n" + "\n".join(rules) + "\n")
    return [str(program), *(argument.format(patterns=patterns) for argument in peer.arguments)]
