"""Real processes for the crash tests: started, frozen, woken and killed from the outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

PROGRAMS = Path(__file__).parent / "programs"


class Process:
    """A Python program of `programs/`, its output kept; killed at the end of the block if it still runs."""

    def __init__(self, program: str, *arguments: object, **environment: str) -> None:
        self._command = [sys.executable, "-u", str(PROGRAMS / program), *map(str, arguments)]
        self._environment = os.environ | environment
        self._process: subprocess.Popen[str] | None = None
        self._said = threading.Condition()
        self.lines: list[str] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start the program (again)."""
        process = self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with self._said:
                self.lines.append(line.rstrip("\n"))
                self._said.notify_all()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def wait_for(self, start: str, timeout: float = 60.0) -> str:
        """Return the first line that begins with `start`; raise `AssertionError` with all output after `timeout` s."""
        with self._said:
            self._said.wait_for(lambda: any(line.startswith(start) for line in self.lines), timeout)
            for line in self.lines:
                if line.startswith(start):
                    return line
        raise AssertionError(f"no line {start!r} within {timeout} s; the program said:\n{self.output}")

    @property
    def output(self) -> str:
        """The end of what it said."""
        return "\n".join(self.lines[-60:])

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it is gone."""
        if self.alive:
            assert self._process is not None
            self._process.send_signal(number)

    def pause(self) -> None:
        """SIGSTOP it and wait until all of its threads stand still: until then one might still take a lock."""
        self.signal(signal.SIGSTOP)
        assert self._process is not None
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)

    def kill(self) -> None:
        """SIGKILL it and wait until it is gone."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(30)

    def end(self, timeout: float = 30.0) -> int:
        """SIGTERM it, wait for its end and return its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(timeout)

    def wait(self, timeout: float = 30.0) -> int:
        """Wait until it ends by itself and return its exit code."""
        assert self._process is not None
        return self._process.wait(timeout)
