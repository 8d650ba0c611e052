"""Processes that read files ahead of the evaluation, and check the syntax of those that it does not reach."""

import os
import sys
import threading
from collections import deque
from collections.abc import Collection, Iterable
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

import msgspec

import holdfast_analyzer
from holdfast_analyzer.ahead.guess import likely_files
from holdfast_analyzer.ahead.messages import Done, FileRead, Task, receive, send

if TYPE_CHECKING:
    import subprocess

MOST = 3
"""Processes: the evaluation, which stays in one, never waits for more."""
WORTHWHILE = 32
"""Files for which a process is worth its start, about 0.1 s."""
READ_AT_ONCE = 4
CHECK_AT_ONCE = 1_000
"""Characters of paths, about 16 files."""
_TASKS_AHEAD = 2
"""Tasks that a process has at a time, so that it need not wait for this one while it is busy."""

_DONE = msgspec.msgpack.Decoder(Done)
_COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from holdfast_analyzer.ahead.process import main; main()"


class Readers:
    """Reads files ahead. Without processes everything is done when it is asked for.

    A process that cannot be started, or that dies, changes no result: its files are read when they are asked for.

    Args:
        jobs: how many processes may be busy, this one included.
        files: the paths of the project's files.
    """

    def __init__(self, jobs: int, files: Iterable[str]) -> None:
        self._most = min(jobs - 1, MOST) if _can_start() else 0
        self._files: Collection[str] = frozenset(files)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._to_read: deque[str] = deque()
        self._to_check: deque[str] = deque()
        self._queued: set[str] = set()
        self._taken: set[str] = set()
        self._read: dict[str, FileRead] = {}
        self._refused: list[str] = []
        self._unanswered = 0
        self._finishing = False
        self._closed = False
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # What is to be done

    def start(self, count: int) -> None:
        """Start as many processes as so many files are worth."""
        while len(self._processes) < min(self._most, count // WORTHWHILE):
            try:
                process = _started()
                self._processes.append(process)
                threading.Thread(target=self._serve, args=(process,), name="holdfast-ahead", daemon=True).start()
            except (OSError, RuntimeError):
                self._most = 0  # no memory, no more processes or threads, a sandbox: this process does it all

    def expect(self, paths: Iterable[str]) -> None:
        """Say which files will be asked for, the first ones first."""
        with self._changed:
            self._to_read.extend(self._unknown(paths))
            self._changed.notify_all()

    def check(self, paths: Iterable[str]) -> None:
        """Say which files are to be Python; those that are asked for before need no check."""
        with self._changed:
            self._to_check.extend(paths)
            self._changed.notify_all()

    def _unknown(self, paths: Iterable[str]) -> list[str]:
        unknown = [path for path in paths if path not in self._queued and path not in self._taken]
        self._queued.update(unknown)
        return unknown

    # What was done

    def take(self, path: str) -> FileRead | None:
        """Return what was found in a file; None when it has not been read, which whoever asks for it does now."""
        with self._changed:
            self._taken.add(path)
            return self._read.pop(path, None)

    def refused(self) -> list[str]:
        """Return the files, of those to be checked, of which it is not known that they are Python; it is the last question.

        They cannot be read, or not parsed by the running Python, or ended the process that read them. Those that were
        asked for are left out: who has asked knows.
        """
        # Only now: it imports all that reads files, which a check that finds everything in its cache has no use for.
        from holdfast_analyzer.ahead.reading import is_python

        with self._changed:
            self._finishing = True
            self._queued.difference_update(self._to_read)
            self._to_read.clear()
            self._read.clear()
        while True:
            with self._changed:
                path = self._next_to_check()
                if path is None and self._unanswered == 0:
                    return self._refused
                if path is None:
                    self._changed.wait()
                    continue
            if not is_python(path):
                self._refused.append(path)

    def _next_to_check(self) -> str | None:
        while self._to_check:
            path = self._to_check.popleft()
            if path not in self._taken and path not in self._queued:
                return path
        return None

    def _next_to_read(self) -> str | None:
        while self._to_read:
            path = self._to_read.popleft()
            if path not in self._taken:
                return path
        return None

    def close(self) -> None:
        """End the processes. What they were doing is not needed any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for process in self._processes:
            process.kill()
            process.wait()

    # A process, seen from the thread that serves it

    def _serve(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        given: deque[tuple[list[str], list[str]]] = deque()
        try:
            with process.stdin as tasks, process.stdout as results:
                while self._give(tasks, given):
                    data = receive(results)
                    if data is None:
                        break
                    self._keep(given[0], _DONE.decode(data))
                    given.popleft()
        except (OSError, ValueError, msgspec.MsgspecError):
            # It died, or was ended: what it had not done is done elsewhere.
            return
        finally:
            self._give_back(given)

    def _give(self, tasks: IO[bytes], given: deque[tuple[list[str], list[str]]]) -> bool:
        """Give a process something to do, waiting for it if need be; False when the check is over."""
        while len(given) < _TASKS_AHEAD:
            with self._changed:
                while not (task := self._next()) and not given and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return False
                if task is None:
                    break
                self._unanswered += 1
                given.append(task)
            send(tasks, Task(*([os.fsencode(path) for path in paths] for paths in task)))
        return True

    def _next(self) -> tuple[list[str], list[str]] | None:
        read = list(islice(iter(self._next_to_read, None), READ_AT_ONCE))
        check: list[str] = []
        # Tasks are kept small, that they fit into a pipe that no one reads yet.
        while not read and sum(map(len, check)) < CHECK_AT_ONCE and (path := self._next_to_check()) is not None:
            check.append(path)
        return (read, check) if read or check else None

    def _keep(self, task: tuple[list[str], list[str]], done: Done) -> None:
        answers = list(zip(task[0], done.read, strict=True))
        with self._changed:
            self._unanswered -= 1
            for path, found in answers:
                if found is None:
                    self._refused.append(path)
                elif not self._finishing:
                    self._read[path] = found
                    # Whoever follows what is in this file soon asks for them.
                    self._to_read.extendleft(self._unknown(likely_files(path, found.imports, self._files)))
            self._refused += [os.fsdecode(path) for path in done.refused]
            self._changed.notify_all()

    def _give_back(self, given: deque[tuple[list[str], list[str]]]) -> None:
        with self._changed:
            self._unanswered -= len(given)
            for read, check in given:
                # Not to another process, which they might end, too.
                self._refused += read + check
            self._changed.notify_all()


def _started() -> "subprocess.Popen[bytes]":
    import subprocess  # a check that finds every file as it was needs no process

    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _COMMAND, *_import_path()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def available() -> int:
    """The number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _can_start() -> bool:
    """Tell whether `sys.executable` is Python: in a program that embeds it, or is frozen with it, it is that program."""
    return not hasattr(sys, "frozen") and Path(sys.executable or "").name.lower().startswith(("python", "pypy"))


def _import_path() -> list[str]:
    """Where the process finds modules: where this one found them, whatever finder has found them here."""
    origins = [Path(str(module.__file__)).parents[1] for module in (holdfast_analyzer, msgspec)]
    return list(dict.fromkeys([*map(str, origins), *(path for path in sys.path if path)]))
