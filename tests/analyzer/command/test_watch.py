"""`holdfast check --watch` as a user has it: a process in a terminal or a pipe, files that change, Ctrl-C."""

import os
import pty
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

PATIENCE = 90
FLOW = "import holdfast\nimport helper\n\n\n@holdfast.workflow\ndef order(x: int):\n    return helper.stamp(x)\n"
CLEAN = "def stamp(x):\n    return x\n"
HAZARD = "import time\n\n\ndef stamp(x):\n    return time.time()\n"


class Watching:
    """A running `holdfast check --watch`."""

    def __init__(self, folder: Path, *arguments: str, stdout: int = subprocess.PIPE) -> None:
        command = [sys.executable, "-m", "holdfast", "check", "--watch", "--output-format", "concise", *arguments]
        self.process = subprocess.Popen(command, cwd=folder, stdout=stdout, stderr=subprocess.STDOUT, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        self.said: list[str] = []
        if stdout == subprocess.PIPE:
            threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, text: str) -> list[str]:
        """Return the lines up to the next one with a text."""
        found: list[str] = []
        while not found or text not in found[-1]:
            try:
                found.append(self._lines.get(timeout=PATIENCE))
            except queue.Empty:
                pytest.fail(f"`{text}` was not said, but {self.said + found}; exit status {self.process.poll()}")
        self.said += found
        return found

    def interrupt(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@pytest.fixture
def project(folder) -> Path:
    """A workflow that calls a helper in another file."""
    (folder / "pyproject.toml").write_text("[tool.holdfast]\n")
    (folder / "flow.py").write_text(FLOW)
    (folder / "helper.py").write_text(CLEAN)
    return folder


@pytest.fixture
def watching(project) -> Iterator[Watching]:
    """`holdfast check --watch flow.py` in the project."""
    found = Watching(project, "flow.py")
    yield found
    if found.process.poll() is None:
        found.process.kill()
        found.process.wait()


def test_changes_of_code_and_settings_are_seen_and_ctrl_c_ends_it_without_a_word_too_many(project, watching):
    first = watching.until("watching")
    assert not any("DUR" in line for line in first)
    # What the checked file calls lies outside of the checked paths, and counts.
    (project / "helper.py").write_text(HAZARD)
    again = watching.until("watching")
    assert again[0] == "changed: helper.py\n"
    assert any(line.startswith("helper.py:5:12: DUR101") for line in again)
    (project / "notes.txt").write_text("nothing to check")
    (project / "pyproject.toml").write_text('[tool.holdfast]\nignor = ["DUR101"]\n')
    broken = watching.until("watching")
    assert broken[0] == "changed: pyproject.toml\n"
    assert any("ignor" in line for line in broken)
    (project / "pyproject.toml").write_text('[tool.holdfast]\nignore = ["DUR101"]\n')
    assert not any("DUR101" in line for line in watching.until("watching"))
    assert watching.interrupt() == 130
    assert not any("Traceback" in line or "\x1b" in line for line in watching.said)


def test_a_file_that_is_gone_is_told_and_the_watch_goes_on(project, watching):
    watching.until("watching")
    (project / "flow.py").unlink()
    assert any("flow.py" in line and "does not exist" in line for line in watching.until("watching"))
    (project / "flow.py").write_text(FLOW.replace("helper.stamp(x)", "print(x)"))
    assert any("DUR3" in line for line in watching.until("watching"))
    assert watching.interrupt() == 130


def test_a_terminal_is_cleared_before_each_check(project):
    ours, theirs = pty.openpty()
    found = Watching(project, stdout=theirs)
    os.close(theirs)
    try:
        seen = b""
        while b"watching" not in seen:
            seen += os.read(ours, 4096)
        assert b"\x1b[2J" in seen
        assert found.interrupt() == 130
    finally:
        found.process.kill()
        found.process.wait()
        os.close(ours)


@pytest.mark.parametrize(
    "options", [("--stdin-filename", "flow.py"), ("-",), ("--add-ignore", "reason"), ("--show-settings",)]
)
def test_what_cannot_be_watched_is_refused(holdfast, project, options):
    outcome = holdfast("check", "--watch", *options)
    assert outcome.status == 2
    assert "watch" in outcome.err


def test_without_its_package_it_says_what_to_install(holdfast, project, monkeypatch):
    monkeypatch.setitem(sys.modules, "watchdog.events", None)
    outcome = holdfast("check", "--watch")
    assert outcome.status == 2
    assert "pip install 'holdfast[watch]'" in outcome.err
