"""Crashes at named points: the process seems to die there, and another one goes on with what was durable."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from holdfast.store.records import Checkpoint

_POINT = re.compile(r"(before|after) ([^#]+?)(?: ?#(\d+))?")


class CrashPoint:
    """One point at which workflows crash.

    Attributes:
        point: as it was named.
        crashes: how many workflows have crashed there.
    """

    def __init__(self, point: str) -> None:
        found = _POINT.fullmatch(point.strip())
        if found is None:
            raise ValueError(
                f"the crash point {point!r} must be `before NAME` or `after NAME`, NAME that of a step, transaction or"
                " child workflow, or `sleep`; `#2` behind it means its second call"
            )
        self.point = point
        self.crashes = 0
        self._side, self._name, number = found.groups()
        self._countdown = int(number or 1)
        self._lock = threading.Lock()
        self._counted: set[tuple[str, str]] = set()

    def reached(self, side: str, workflow: str, checkpoint: Checkpoint) -> bool:
        """Whether the workflow crashes now, `side` (before or after) of the moment when `checkpoint` becomes durable."""
        if side != self._side or self._name not in (checkpoint.name, checkpoint.name.rpartition(".")[2]):
            return False
        with self._lock:
            place = (workflow, checkpoint.key)
            if self.crashes or place in self._counted:
                return False
            self._counted.add(place)
            self._countdown -= 1
            if self._countdown:
                return False
            self.crashes += 1
            return True


_points: list[CrashPoint] = []


def crash_points() -> list[CrashPoint]:
    """Return the points at which workflows crash now."""
    return _points


@contextmanager
def crash_at(point: str) -> Iterator[CrashPoint]:
    """Crash the first workflow that reaches a point, once; it is resumed as after the death of its process.

    Works with `holdfast.testing.engine()`. What the workflow does beyond the point in the dying process is lost.

    Args:
        point: `before charge` (its effect has happened, its checkpoint is not durable: it will run again) or `after
            charge` (its checkpoint is durable: it will not); `after charge #2` means the second call.

    Yields:
        The point; its `crashes` says whether it was reached.

    Raises:
        ValueError: the point is not named like that.
        AssertionError: no workflow came there while the block ran.
    """
    crash = CrashPoint(point)
    _points.append(crash)
    try:
        yield crash
    finally:
        _points.remove(crash)
    if not crash.crashes:
        raise AssertionError(f"no workflow came to the crash point `{point}`; is the step's name right?")
