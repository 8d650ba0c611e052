"""Who hears of changes to an SQLite file: engines in this process at once, those of other processes by a look at it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from holdfast.errors import StoreUnavailable

_LOOK: Final = 0.01
"""Seconds between looks: one costs a few microseconds, and nobody waits longer than this for another process's work."""

_listening: dict[str, list[Callable[[str], None]]] = {}
_lock = threading.Lock()


def tell(file: str, what: str) -> None:
    """Call everybody in this process who listens to `file`."""
    with _lock:
        listeners = list(_listening.get(file, ()))
    for wake in listeners:
        wake(what)


class SqliteListener:
    """Calls `wake("queued")` or what else `tell` says, and `wake("changed")` after a write of another process.

    Args:
        file: identifies the database among the stores of this process.
        version: gives a number that changes when another connection writes (`PRAGMA data_version`); None when there can
            be no other.
        wake: what to call; it must return at once.
    """

    def __init__(self, file: str, version: Callable[[], int] | None, wake: Callable[[str], None]) -> None:
        self._file = file
        self._wake = wake
        self._closed = threading.Event()
        with _lock:
            _listening.setdefault(file, []).append(wake)
        self._thread: threading.Thread | None = None
        if version is not None:
            self._thread = threading.Thread(target=self._run, args=(version,), name="holdfast-listener", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the subscription and its thread."""
        with _lock:
            listeners = _listening[self._file]
            listeners.remove(self._wake)
            if not listeners:
                del _listening[self._file]
        self._closed.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self, version: Callable[[], int]) -> None:
        seen: int | None = None
        while not self._closed.wait(_LOOK):
            try:
                present = version()
            except StoreUnavailable:
                continue  # the engine says so itself as soon as it needs the file
            if present != seen:
                if seen is not None:
                    self._wake("changed")
                seen = present
