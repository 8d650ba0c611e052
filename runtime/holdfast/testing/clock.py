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
    from holdfast.testing.memory import MemoryStore

_LOOK: Final = 0.002
"""Seconds between looks whether everything sleeps."""
_LOOKS: Final = 2
"""How many looks in a row must find everything asleep: what was just woken may not run yet."""
_MOST_TICKS: Final = 1000
"""Ticks of schedules in a row at which the clock stops on its way to a workflow's timer: a year of minutes is too many."""


class Clock:
    """The time of a database in memory: the machine's, moved by what was skipped.

    Args:
        start: when it begins, with a timezone; now unless given.
        skips: move to the next due timer as soon as every workflow sleeps. Without it only `advance` moves the clock.
            Schedules alone move nothing. While a workflow sleeps the clock stops at their ticks on the way; after a
            thousand of them it goes to the workflow's own timer, and the schedule's `catch_up` says what is made up.
    """

    def __init__(self, start: datetime | None = None, skips: bool = True) -> None:
        self.skips = skips
        self._moved = 0.0 if start is None else start.timestamp() - time.time()
        self._driven: dict[Core, MemoryStore] = {}
        self._ticks = 0
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
            cores = list(self._driven)
        for core in cores:
            core.set_clock(self.time())
            core.pulse.expect(0.0)

    def drive(self, core: Core, store: MemoryStore) -> None:
        """Skip the sleeps of the workflows of `core`, a launched engine's on `store`, from now on."""
        with self._lock:
            self._driven[core] = store
            if self.skips and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="holdfast-clock", daemon=True)
                self._thread.start()

    def release(self, core: Core) -> None:
        """Undo `drive`."""
        with self._lock:
            self._driven.pop(core, None)

    def _next(self) -> tuple[float, bool] | None:
        """Return the seconds to skip and whether that ends at a schedule's tick; None when not everybody sleeps."""
        found = [each for core, store in self._driven.items() if (each := _next_due(core, store)) is not None]
        if not found:
            return None
        due, timer = min(due for due, _ in found), min(timer for _, timer in found)
        return (due, True) if due < timer and self._ticks < _MOST_TICKS else (timer, False)

    def _run(self) -> None:
        asleep = 0
        while True:
            with self._lock:  # whoever closes a database waits for the look to end
                if not self._driven:
                    self._thread = None
                    return
                found = self._next()
            asleep = 0 if found is None else asleep + 1
            if found is not None and asleep >= _LOOKS:
                asleep = 0
                seconds, is_tick = found
                self._ticks = self._ticks + 1 if is_tick else 0
                self.advance(max(0.0, seconds) + 1e-6)
            time.sleep(_LOOK)


def _next_due(core: Core, store: MemoryStore) -> tuple[float, float] | None:
    """Return the seconds until anything is due, and until a workflow's own timer is.

    None when the engine does something, or nobody waits for a time: a schedule's ticks go on for ever, so they do not count.
    """
    if not core.open or core.running() or store.select(Selection(states=(State.QUEUED,), limit=1)):
        return None
    due = store.promote(0)
    timer = store.next_timer()
    if due.count or due.following is None or timer is None:
        return None
    return due.following, timer
