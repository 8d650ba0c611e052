"""A pool of daemon threads: grows on demand, keeps idle threads for a while, and never holds up the process's exit.

`concurrent.futures.ThreadPoolExecutor` joins its threads at exit, so that one step that never returns would keep the
process alive for ever.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

_KEEP: Final = 10.0
"""Seconds that an idle thread is kept."""


class Threads:
    """Runs callables, each on a thread of its own while it lasts."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._idle: deque[_Worker] = deque()
        self._closed = False

    def submit(self, task: Callable[[], None]) -> None:
        """Run `task` soon; it must not raise."""
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        if worker is None:
            worker = _Worker(self)
            worker.task = task
            threading.Thread(target=worker.run, name=self._name, daemon=True).start()
        else:
            worker.task = task
            worker.call.release()

    def rest(self, worker: _Worker) -> bool:
        """Count `worker` as idle; return False when the pool is closed."""
        with self._lock:
            if self._closed:
                return False
            self._idle.append(worker)
            return True

    def leave(self, worker: _Worker) -> bool:
        """Let an idle `worker` go; return False when it has been given a task meanwhile."""
        with self._lock:
            try:
                self._idle.remove(worker)
            except ValueError:
                return False
            return True

    def close(self) -> None:
        """Let idle threads end; busy ones end after their task."""
        with self._lock:
            self._closed = True
            idle, self._idle = list(self._idle), deque()
        for worker in idle:
            worker.call.release()


class _Worker:
    __slots__ = ("call", "pool", "task")

    def __init__(self, pool: Threads) -> None:
        self.pool = pool
        self.task: Callable[[], None] | None = None
        self.call = threading.Lock()
        self.call.acquire()

    def run(self) -> None:
        while True:
            task, self.task = self.task, None
            if task is None:
                return
            task()
            del task
            if not self.pool.rest(self):
                return
            if not self.call.acquire(timeout=_KEEP):
                if self.pool.leave(self):
                    return
                self.call.acquire()
