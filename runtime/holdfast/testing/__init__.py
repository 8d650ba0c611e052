"""Tests of workflows: engines in memory, clocks that skip sleeps, stubs, crashes, and proof that a replay goes the same way.

`assert_replayable` is the determinism test; `pytest --holdfast` runs it for every workflow of a project. `engine()` is an
engine for tests of what workflows do, with `Clock`, `stub` and `crash_at`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.testing.clock import Clock
    from holdfast.testing.crashing import CrashPoint, crash_at
    from holdfast.testing.memory_engine import MemoryEngine, engine
    from holdfast.testing.recording import DoesNotEnd
    from holdfast.testing.replayable import Proof, StepNotRepeatable, UntestedWorlds, assert_replayable
    from holdfast.testing.report import NotReplayable
    from holdfast.testing.stubs import Stub, stub
    from holdfast.testing.trace import Difference

_ROOMS = {
    "clock": ("Clock",),
    "crashing": ("CrashPoint", "crash_at"),
    "memory_engine": ("MemoryEngine", "engine"),
    "recording": ("DoesNotEnd",),
    "replayable": ("Proof", "StepNotRepeatable", "UntestedWorlds", "assert_replayable"),
    "report": ("NotReplayable",),
    "stubs": ("Stub", "stub"),
    "trace": ("Difference",),
}
_LATER = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is: a process of a shifted world needs little of it, and starts often."""
    room = _LATER.get(name)
    if room is None:
        raise AttributeError(f"module `holdfast.testing` has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"holdfast.testing.{room}"), name)
    return found


__all__ = [
    "assert_replayable",
    "NotReplayable",
    "Proof",
    "Difference",
    "DoesNotEnd",
    "StepNotRepeatable",
    "UntestedWorlds",
    "engine",
    "MemoryEngine",
    "Clock",
    "stub",
    "Stub",
    "crash_at",
    "CrashPoint",
]
