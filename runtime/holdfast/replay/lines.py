"""The lines of a sync workflow under replay: they run one after the other, in the order in which the code forks them.

Each has a thread, but the one that forks it waits until it has ended or can go no further. So a replay goes the same way
each time, and it is known when nothing is left that could go on: when every line has ended, has halted where its record
ends, or waits for lines that have.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from holdfast.execution.scope import Branch, scope

if TYPE_CHECKING:
    from holdfast.engine.threads import Threads

_PATIENCE: Final = 1.0
"""Seconds after which a line that neither ends nor halts no longer keeps the others waiting: it may wait for them."""


class Lines:
    """Runs lines, in the place of an engine's threads, and counts those that can go on.

    Args:
        threads: the engine's.
        conclude: called once none can.

    Attributes:
        running: identities of the threads that run lines.
    """

    def __init__(self, threads: Threads, conclude: Callable[[], None]) -> None:
        self.running: set[int] = set()
        self._threads = threads
        self._conclude = conclude
        self._lock = threading.Lock()
        self._going = 1
        self._ended: Counter[Branch | None] = Counter()  # lines of each branch that it has not taken yet
        self._waiting: set[Branch | None] = set()  # branches that wait while none of their lines has ended
        self._stands: dict[int, threading.Event] = {}

    def submit(self, task: Callable[[], None]) -> None:
        """Run a line that the current branch forks; return when it has ended or can go no further."""
        found = scope.get()
        parent = found if type(found) is Branch else None
        stands = threading.Event()

        def run() -> None:
            identity = threading.get_ident()
            self._stands[identity] = stands
            self.running.add(identity)
            try:
                task()
            finally:
                self.running.discard(identity)
                del self._stands[identity]
                self._end(parent)
                stands.set()

        with self._lock:
            self._going += 1
        self._threads.submit(run)
        stands.wait(_PATIENCE)

    def wait(self, branch: Branch) -> None:
        """Note that `branch` waits for the next of its lines to end."""
        with self._lock:
            if self._ended[branch] > 0:
                return
            self._waiting.add(branch)
        self.halt()

    def take(self, branch: Branch) -> None:
        """Note that `branch` goes on, as one of its lines has ended."""
        with self._lock:
            self._ended[branch] -= 1
            self._wake(branch)

    def halt(self) -> None:
        """Note that the line of the current thread can go no further."""
        with self._lock:
            self._going -= 1
            nothing_left = self._going == 0
        stands = self._stands.get(threading.get_ident())
        if stands is not None:
            stands.set()
        if nothing_left:
            self._conclude()

    def _end(self, parent: Branch | None) -> None:
        with self._lock:
            self._ended[parent] += 1
            if self._ended[parent] > 0:
                self._wake(parent)
            self._going -= 1
            nothing_left = self._going == 0
        if nothing_left:
            self._conclude()

    def _wake(self, branch: Branch | None) -> None:
        if branch in self._waiting:
            self._waiting.discard(branch)
            self._going += 1
