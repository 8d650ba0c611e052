"""Runs a workflow once and records it; then lets it crash at every moment and resumes it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from holdfast.declare import Workflow
from holdfast.declare.definition import Definition
from holdfast.errors import GuardedHazard, HoldfastError
from holdfast.execution.scope import Branch, scope
from holdfast.guard import Guard, Interception
from holdfast.states import SETTLED, State
from holdfast.store.records import Selection
from holdfast.testing.clock import Clock
from holdfast.testing.memory import MemoryStore, Snapshot
from holdfast.testing.memory_engine import MemoryEngine
from holdfast.testing.trace import Arguments, Difference, Run, arguments_seen, compare, run_of
from holdfast.testing.watching import MOST_OPERATIONS, Notes, Pinned, Place, Recorded, made

ID: Final = "determinism-test"
"""The id of every workflow that is tested; each has a database of its own."""

MOST_MOMENTS: Final = 200
"""Moments at which one run is let crash: each is a copy of the database, and each resumed run takes a while."""

PATIENCE: Final = 60.0
"""Seconds after which a run counts as one that does not end."""

_EFFECTS: Final = "DUR3"
_OUTPUT: Final = "DUR310"
"""What is printed does no harm, unlike the other effects."""

_LOOK: Final = 0.001
_EVERYTHING: Final = 10_000


class DoesNotEnd(HoldfastError):
    """A workflow did not end with the arguments given, so nothing can be said of its replay."""


@dataclass
class Recording:
    """The first run of a workflow, and of its children.

    Attributes:
        workflow: what ran.
        runs: its run, then those of the workflows that it started, by id.
        moments: what was durable after each write while it ran.
        interceptions: hazards that the guard saw, in order.
        notes: what was seen otherwise.
        reason: why it is stuck, if it is.
        clock: the time of its database.
        guarded: whether the guard was on.
    """

    workflow: Workflow[Any, Any]
    runs: dict[str, Run]
    moments: list[Snapshot]
    interceptions: list[Interception]
    notes: Notes
    reason: str | None
    clock: Clock
    guarded: bool

    def close(self) -> None:
        """Free the memory."""
        for moment in self.moments:
            moment.close()


@dataclass
class Resumed:
    """How one resumed run went.

    Attributes:
        difference: from the recorded one.
        interceptions: hazards that the guard saw.
        operations: how many were durable when it crashed.
        results: what steps gave when they ran again, where it is not what is recorded.
        unwound: the engine stopped it at the difference, so that the guard saw code that did not run to its end.
    """

    difference: Difference | None
    interceptions: list[Interception] = field(default_factory=list)
    operations: int = 0
    results: dict[Place, bytes | None] = field(default_factory=dict)
    unwound: bool = False


def record(
    workflow: Workflow[Any, Any],
    args: Sequence[Any],
    kwargs: dict[str, Any],
    guarded: bool,
    patience: float = PATIENCE,
    stand_in: Callable[[Definition[Any, Any], int], Any] | None = None,
    collects: bool = False,
) -> Recording:
    """Run `workflow` on an engine in memory, and keep what was durable after each write.

    Args:
        workflow: what to run.
        args: its arguments.
        kwargs: its keyword arguments.
        guarded: whether the guard looks on.
        patience: seconds that it may take.
        stand_in: gives the results of steps, whose bodies do not run then.
        collects: let the guard stop it only before an effect, not at what merely reads something.

    Raises:
        DoesNotEnd: it asked for too many operations, or took too long.
        UnstorableValue: an argument cannot be recorded.
    """
    clock = Clock()
    moments = _Moments()
    store = MemoryStore(clock, written=moments.add)
    guard, interceptions = _guard(guarded, collects)
    with arguments_seen() as seen:
        notes = Notes(seen, stand_in=stand_in)
        with _running(MemoryEngine(store=store, guard=guard)) as engine:
            engine._core.executions = made(Recorded, notes)
            engine.start(workflow, *args, id=ID, **kwargs)
            _settle(engine, patience)
            runs = _runs(engine, seen)
            reason = engine.get(ID).reason
    if notes.endless or not runs[ID].state:
        limit = f"asks for more than {MOST_OPERATIONS} operations" if notes.endless else f"takes over {patience:g} s"
        raise DoesNotEnd(
            f"workflow `{workflow.name}` {limit} with these arguments; give it arguments with which it ends sooner"
        )
    return Recording(workflow, runs, moments.kept, interceptions, notes, reason, clock, guarded)


class _Moments:
    """What was durable after each write: of a long history every second moment, every fourth, and so on.

    Attributes:
        kept: copies of the database, in order.
    """

    def __init__(self) -> None:
        self.kept: list[Snapshot] = []
        self._stride = 1
        self._count = 0

    def add(self, store: MemoryStore) -> None:
        """Keep what is durable now, unless enough like it is kept."""
        self._count += 1
        if self._count % self._stride:
            return
        self.kept.append(store.snapshot())
        if len(self.kept) > MOST_MOMENTS:
            for each in self.kept[1::2]:
                each.close()
            self.kept = self.kept[::2]
            self._stride *= 2


def resume(recording: Recording, moment: Snapshot, patience: float = PATIENCE) -> Resumed | None:
    """Resume a recorded workflow from one moment on a new engine; None when it had ended by then."""
    guard, interceptions = _guard(recording.guarded)
    known = {(run.id, each.key): each for run in recording.runs.values() for each in run.operations}
    notes = Notes(recording.notes.seen, stand_in=recording.notes.stand_in)
    with arguments_seen() as seen:
        notes.seen = _Joined(recording.notes.seen, seen)
        engine = MemoryEngine(clock=recording.clock, snapshot=moment, guard=guard)
        engine._core.executions = made(Pinned, notes, known)
        with _running(engine):
            row = engine._core.row(ID)
            if row is not None and row.state in SETTLED and row.epoch == 1:
                return None
            _settle(engine, patience)
            found = _runs(engine, notes.seen)
    recording.notes.unrepeatable.update(notes.unrepeatable)
    difference = notes.differences[0] if notes.differences else _compare_all(recording.runs, found)
    return Resumed(difference, interceptions, moment.operations, notes.results, bool(notes.differences))


def _guard(guarded: bool, collects: bool = False) -> tuple[Guard | Any, list[Interception]]:
    interceptions: list[Interception] = []

    def collect(interception: Interception) -> None:
        interceptions.append(interception)
        branch = scope.get()
        if interception.code.startswith(_EFFECTS) and interception.code != _OUTPUT and isinstance(branch, Branch):
            raise branch.execution.close(GuardedHazard(interception))

    if not guarded:
        return "off", interceptions
    if collects:
        return Guard("warn", report=collect, thorough=True), interceptions
    return Guard("raise", report=interceptions.append, thorough=True), interceptions


@contextmanager
def _running(engine: MemoryEngine) -> Iterator[MemoryEngine]:
    """Launch an engine that no call of a workflow finds by itself."""
    engine.launch()
    try:
        yield engine
    finally:
        engine.close()


def _settle(engine: MemoryEngine, patience: float) -> None:
    """Wait until every workflow has settled, or one is stuck: whoever waits for that one would do so for ever."""
    store = engine._core.store
    unsettled = tuple(state for state in State if state not in SETTLED)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if store.select(Selection(states=(State.STUCK,), limit=1)):
            break
        if not store.select(Selection(states=unsettled, limit=1)):
            break
        time.sleep(_LOOK)
    engine._core.loop.call(_hush)


def _hush() -> None:
    """Say nothing of tasks that a difference leaves behind."""
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)


def _runs(engine: MemoryEngine, seen: Arguments) -> dict[str, Run]:
    store = engine._core.store
    rows = store.select(Selection(limit=_EVERYTHING, newest_first=False))
    checkpoints = store.load([row.id for row in rows])
    runs = {row.id: run_of(row, checkpoints[row.id], seen) for row in rows}
    return {id: runs[id] for id in sorted(runs, key=lambda id: (id != ID, id))}


def _compare_all(expected: dict[str, Run], found: dict[str, Run]) -> Difference | None:
    for id, run in expected.items():
        other = found.get(id)
        if other is None:
            return Difference(workflow=id, key="", what="end", expected_end=str(run), found_end="was not started")
        difference = compare(run, other)
        if difference is not None:
            return difference
    for id, run in found.items():
        if id not in expected:
            return Difference(workflow=id, key="", what="end", expected_end="was not started", found_end=str(run))
    return None


class _Joined(Arguments):
    """The arguments that were seen in either of two runs."""

    def __init__(self, first: Arguments, second: Arguments) -> None:
        super().__init__()
        self._both = (second, first)

    def find(self, digest: bytes) -> bytes | None:
        """Return what has this digest, None when it was not seen."""
        for each in self._both:
            found = each.find(digest)
            if found is not None:
                return found
        return None
