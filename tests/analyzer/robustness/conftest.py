"""The real command on files that no one would wish for."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from json_shape import Document, read_document

from holdfast.__main__ import main

WORKFLOW = """\
import time
import holdfast


@holdfast.workflow
def order() -> float:
    return time.time()
"""
"""A workflow with one hazard, on line 7."""


class Outcome(NamedTuple):
    """What a check left behind; `document` is None where it ended with status 2."""

    status: int
    document: Document | None
    err: str


def outcome(status: int, out: str, err: str) -> Outcome:
    """Read what a check wrote; a traceback or an internal error is none that a test could want."""
    assert "Traceback" not in err
    assert "internal error" not in err
    if status == 2:
        assert out == ""
        return Outcome(status, None, err)
    document = read_document(out)
    assert status == int(bool(document.hazards()))
    return Outcome(status, document, err)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Run `holdfast check` in this process."""

    def run(*arguments: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        status = main(["check", "--output-format", "json", *arguments])
        captured = capsys.readouterr()
        return outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def check_apart(folder: Path) -> Callable[..., Outcome]:
    """Run `holdfast check` in a process of its own, where a crash of the parser would not end the tests."""

    def run(*arguments: str, cwd: Path = folder, seconds: float = 60, **environment: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "holdfast", "check", "--output-format", "json", *arguments],
            cwd=cwd,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode in (0, 1, 2), done.stderr
        return outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def workflow() -> str:
    """A workflow with one hazard, on line 7."""
    return WORKFLOW
