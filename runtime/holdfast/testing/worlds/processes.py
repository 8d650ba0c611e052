"""The processes of shifted worlds, seen from the test: started when they are needed, kept warm, asked all at once."""

from __future__ import annotations

import atexit
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import msgspec

from holdfast.errors import HoldfastError
from holdfast.testing.trace import Run
from holdfast.testing.worlds.child import Answer, Place, Request
from holdfast.testing.worlds.world import World

PATIENCE: Final = 30.0
"""Seconds for all worlds of one process; importing the workflow's module may take most of it."""


class WorldFailed(HoldfastError):
    """A process could not run the workflow's code in its worlds."""


class WorldEndless(HoldfastError):
    """In some world the workflow's code does not end."""


class Process:
    """One process.

    Args:
        kind: `plain`, `ballast` (objects lie at other addresses) or `import` (modules are imported in a shifted world).
        seed: of hashes.
    """

    def __init__(self, kind: str, seed: int) -> None:
        self.name = f"{kind} {seed}"
        environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONDONTWRITEBYTECODE": "1"}
        environment.pop("PYTHONSTARTUP", None)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START.format(search=sys.path), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._lock = threading.Lock()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def ask(self, request: Request, patience: float) -> Answer:
        """Return the answer to a request.

        Raises:
            WorldEndless: it did not come within `patience` seconds; the process is ended.
            WorldFailed: the process died.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with self._lock:
            try:
                process.stdin.write(msgspec.json.encode(request) + b"\n")
                process.stdin.flush()
                line = _line(process.stdout.fileno(), patience)
            except BrokenPipeError:
                line = b""
            except TimeoutError:
                self.close()
                raise WorldEndless(f"the worlds of process `{self.name}` took over {patience:g} s") from None
        if not line:
            raise WorldFailed(f"the process `{self.name}` died with status {process.wait()}")
        return _ANSWERS.decode(line)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass  # it died with something unread


_ANSWERS: Final = msgspec.json.Decoder(Answer)
"""Made here, once: threads that make a decoder of one class at the same time bring msgspec 0.22 down."""
_START: Final = "import sys; sys.path[:] = {search!r}; from holdfast.testing.worlds.child import main; main()"


def _line(descriptor: int, patience: float) -> bytes:
    """Read one line; raise `TimeoutError` when it takes more than `patience` seconds."""
    parts: list[bytes] = []
    deadline = time.monotonic() + patience
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise TimeoutError
        data = os.read(descriptor, 1 << 16)
        parts.append(data)
        if not data or data.endswith(b"\n"):
            return b"".join(parts)


@dataclass
class Seen:
    """What was seen in worlds.

    Attributes:
        runs: the runs in each.
        changed: name, former and new content of what the code changes in its modules.
    """

    runs: dict[World, tuple[Run, ...]] = field(default_factory=dict)
    changed: tuple[tuple[str, str, str], ...] = ()


class Processes:
    """All processes; each is started when it is first asked."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, int], Process] = {}
        self._lock = threading.Lock()

    def ask(
        self,
        wanted: Mapping[tuple[str, int], Sequence[World]],
        places: Sequence[Place],
        runs: Sequence[Run],
        patience: float = PATIENCE,
    ) -> Seen:
        """Run `runs` in every world that is wanted, by (kind, seed) of the process; return what was seen there.

        Raises:
            WorldEndless: in some world the code does not end.
            WorldFailed: the code cannot be imported or run there.
        """
        processes = {key: self._process(key) for key in wanted}

        def ask(key: tuple[str, int]) -> Seen:
            worlds = tuple(wanted[key])
            answer = processes[key].ask(Request(tuple(places), tuple(runs), worlds), patience)
            if answer.failure:
                raise WorldFailed(f"the workflow's code fails in a process of its own:\n{answer.failure}")
            return Seen(dict(zip(worlds, answer.runs, strict=True)), answer.changed)

        found = Seen()
        with ThreadPoolExecutor(len(wanted)) as pool:
            for each in pool.map(ask, wanted):
                found.runs.update(each.runs)
                found.changed += each.changed
        return found

    def _process(self, key: tuple[str, int]) -> Process:
        with self._lock:
            process = self._running.get(key)
            if process is None or not process.alive:
                process = self._running[key] = Process(*key)
            return process

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            running, self._running = list(self._running.values()), {}
        for each in running:
            each.close()


PROCESSES: Final = Processes()
"""Those of this process; they end with it."""
atexit.register(PROCESSES.close)
