"""Clocks that stand still but for a little with each look, so that two runs in one world read the same times."""

from __future__ import annotations

import datetime
import time
from typing import Any, Final

from holdfast.testing.worlds.builtin import replace, replace_method

_FIRST: Final = 1_772_366_400.0
"""2026-03-01 12:00 UTC, from which every world's clock runs unless it is shifted."""
_STEADY: Final = 50_000.0
_TICK: Final = 0.001
_WORLDS: Final = ((_FIRST - 25 * 365.25 * 86400, _TICK), (_FIRST + 65 * 365.25 * 86400, _TICK), (_FIRST, 500 * _TICK))


class _Hands:
    def __init__(self) -> None:
        self.set(None)

    def set(self, variant: int | None) -> None:
        """Begin anew, by the base clock or by that of a world."""
        self._origin, self._tick = (_FIRST, _TICK) if variant is None else _WORLDS[variant]
        self._passed = 0.0
        self._steady = _STEADY if variant is None else _STEADY * (variant + 2)

    def look(self) -> None:
        self._passed += self._tick

    def wall(self) -> float:
        self.look()
        return self._origin + self._passed

    def steady(self) -> float:
        self.look()
        return self._steady + self._passed

    def sleep(self, seconds: float, /) -> None:
        """Let time pass without taking any."""
        self._passed += max(0.0, seconds)


hands: Final = _Hands()


def _wall(original: Any) -> Any:
    return hands.wall


def _nanoseconds(seconds: Any) -> Any:
    return lambda original: lambda: round(seconds() * 1e9)


def _broken_down(original: Any) -> Any:
    def call(seconds: float | None = None, /) -> Any:
        return original(hands.wall() if seconds is None else seconds)

    return call


def _formatted(original: Any, convert: Any) -> Any:
    def call(*args: Any) -> Any:
        return original(*args) if args[1:] else original(*args[:1], convert(hands.wall()))

    return call


def install() -> None:
    """Put the clocks in place."""
    localtime = time.localtime
    asctime = time.asctime
    for name in ("monotonic", "perf_counter", "process_time", "thread_time"):
        replace(time, name, lambda original: hands.steady)
        replace(time, f"{name}_ns", _nanoseconds(hands.steady))
    replace(time, "time", _wall)
    replace(time, "time_ns", _nanoseconds(hands.wall))
    replace(time, "clock_gettime", lambda original: lambda clock, /: hands.steady() if clock else hands.wall())
    replace(time, "clock_gettime_ns", lambda original: lambda clock, /: round(hands.wall() * 1e9))
    for name in ("localtime", "gmtime", "ctime"):
        replace(time, name, _broken_down)
    replace(time, "strftime", lambda original: _formatted(original, localtime))
    replace(time, "asctime", lambda original: lambda *args: asctime(*args or (localtime(hands.wall()),)))
    replace(time, "sleep", lambda original: hands.sleep)

    def now(cls: type[datetime.datetime], tz: datetime.tzinfo | None = None) -> datetime.datetime:
        return cls.fromtimestamp(hands.wall(), tz)

    def utcnow(cls: type[datetime.datetime]) -> datetime.datetime:
        return cls.fromtimestamp(hands.wall(), datetime.UTC).replace(tzinfo=None)

    def today(cls: type[datetime.date]) -> datetime.date:
        return cls.fromtimestamp(hands.wall())

    replace_method(datetime.datetime, "now", classmethod(now))
    replace_method(datetime.datetime, "utcnow", classmethod(utcnow))
    replace_method(datetime.date, "today", classmethod(today))
