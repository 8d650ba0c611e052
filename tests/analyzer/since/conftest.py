"""Real git repositories, and the `holdfast` command in them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from holdfast.__main__ import main


class Outcome(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def changes(self) -> list[tuple[str, int, str]]:
        """Path, line and message of the findings of rule 601 in its JSON."""
        return [(f["path"], f["line"], f["message"]) for f in json.loads(self.out)["findings"] if f["code"] == "DUR601"]


class Repository:
    """A checkout in the working directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def write(self, **files: str) -> None:
        """Write files; `__` stands for a slash in their names."""
        for name, text in files.items():
            path = self.folder / f"{name if name == '__init__' else name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, **files: str) -> str:
        self.write(**files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "work")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    folder = tmp_path / "checkout"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Repository(folder)


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run `holdfast check` in this process, to JSON."""

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        status = main(["check", "--output-format", "json", *arguments])
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run
