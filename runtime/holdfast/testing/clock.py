"""A clock that a test controls: sleeping workflows are woken as soon as nothing else goes on."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from holdfast.states import State
from holdfast.store.records import Selection

if TYPE_CHECKING:
    from holdfast.engine.core import Core

_LOOK: Final = 0.002
"""Seconds between looks whether everything sleeps."""
_LOOKS: Final = 2
"""How many looks in a row must find everything asleep: what was just woken may not run yet."""


class Clock:
    """The time of a database in memory: the machine's, moved by what was skipped.

    Args:
        start: when it begins, with a timezone; now unless given.
        skips: move to the next due timer as soon as every workflow sleeps. Without it only `advance` moves the clock.
    """

    def __init__(self, start: datetime | None = None, skips: bool = True) -> None:
        self.skips = skips
        self._moved = 0.0 if start is None else start.timestamp() - time.time()
        self._cores: list[Core] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def time(self) -> float:
        """Return the seconds since 1970 by this clock."""
        return time.time() + self._moved

    def now(self) -> datetime:
        """Return the time by this clock, in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def advance(self, by: float | timedelta) -> None:
        """Move the clock by `by` seconds, 0 or more, and wake what is due then."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else float(by)
        if seconds < 0:
            raise ValueError(f"a clock goes forward only, so it cannot be advanced by {seconds} s")
        with self._lock:
            self._moved += seconds
            cores = list(self._cores)
        for core in cores:
            core.set_clock(self.time())
            core.pulse.expect(0.0)

    def drive(self, core: Core) -> None:
        """Skip the sleeps of the workflows of `core`, a launched engine's, from now on."""
        with self._lock:
            self._cores.append(core)
            if self.skips and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="holdfast-clock", daemon=True)
                self._thread.start()

    def release(self, core: Core) -> None:
        """Undo `drive`."""
        with self._lock:
            if core in self._cores:
                self._cores.remove(core)

    def _run(self) -> None:
        asleep = 0
        while True:
            with self._lock:  # whoever closes a database waits for the look to end
                if not self._cores:
                    self._thread = None
                    return
                due = min((each for core in self._cores if (each := _next_due(core)) is not None), default=None)
            asleep = 0 if due is None else asleep + 1
            if due is not None and asleep >= _LOOKS:
                asleep = 0
                self.advance(max(0.0, due) + 1e-6)
            time.sleep(_LOOK)


def _next_due(core: Core) -> float | None:
    """Return the seconds until the next timer of an engine that does nothing else, None when it does or has none."""
    if not core.open or core.running():
        return None
    if core.store.select(Selection(states=(State.QUEUED,), limit=1)):
        return None
    due = core.store.promote(0)
    return None if due.count else due.following
