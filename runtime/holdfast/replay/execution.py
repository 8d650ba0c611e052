"""An execution that ends where its history does, and the part of an engine that it may use."""

from __future__ import annotations

import ctypes
import math
import time
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from holdfast.errors import Diverged, Suspended, _ControlSignal
from holdfast.execution.execution import Execution
from holdfast.execution.scope import Branch
from holdfast.journal import Difference, Journal, Operation, order_of
from holdfast.replay.lines import Lines
from holdfast.states import FINISHED, State
from holdfast.store.records import Checkpoint

if TYPE_CHECKING:
    from holdfast.declare import Workflow
    from holdfast.engine.core import Core
    from holdfast.engine.threads import Threads
    from holdfast.guard import Guard
    from holdfast.store.records import Row

_FOR_EVER: Final = 1e6
"""Seconds after which an operation that is not recorded would be due; halted code is closed long before."""


class OutOfTime(_ControlSignal):
    """The code has not come to the end of its history within the time that it was given."""


class _Halt(_ControlSignal):
    """Leaves `Execution.recall` when its line of code can go no further; never seen by the workflow's code."""


def interrupt(thread: int) -> None:
    """Raise `OutOfTime` in the thread with this identity, when next it runs bytecode."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(OutOfTime))


class Observer(Protocol):
    """Who watches a replay, called on the thread and under the frames of the workflow's code."""

    def reached(self, operation: Operation, checkpoint: Checkpoint) -> None:
        """`operation` is about to return (or raise) what is recorded."""

    def record_ended(self, operation: Operation) -> None:
        """`operation` is the first of its line of code that is not recorded."""

    def differs(self, difference: Difference) -> None:
        """The code does something else than what is recorded."""


class Stage:
    """An engine as far as a replay may use it: it reads and decodes; it writes nothing, and no wait suspends.

    Args:
        core: the engine (or client) whose database and codec are used.
        guard: watches the code; None for the engine's own, if it has one.
    """

    suspend_after = math.inf

    def __init__(self, core: Core, guard: Guard | None) -> None:
        self._core = core
        self.guard = guard if guard is not None else core.guard
        self.threads: Lines | Threads = core.threads

    @property
    def committer(self) -> Any:
        """Nothing can be made durable."""
        return self

    def submit(self, entry: Any) -> Any:
        """Refuse: whatever asks for durability has escaped the replay."""
        raise AssertionError(f"a replay asked to write {entry!r}")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._core, name)


class ReplayExecution(Execution):
    """Answers every operation from the record; a line of code that has none left, or differs, halts there.

    A halted line waits until every other line of the workflow has ended, has halted, or waits for halted ones. Then the
    execution closes. So all lines are compared, and the difference that is told is the first in the code.

    Args:
        core: whose database and codec are used.
        workflow: the code.
        row: the workflow as it stands.
        checkpoints: all that is recorded of it.
        observer: is told of each operation.
        deadline: the monotonic time after which operations raise `OutOfTime`; None for never.
        guard: watches the code.

    Attributes:
        ended: the code came to its own end when it was recorded, so nothing may follow the record.
        differences: what was found, in the order of finding.
        halted: how many lines have halted.
        lines: those of a sync workflow.
        end: why the main line was unwound, once it has ended; None when it came to its own end.
    """

    def __init__(
        self,
        core: Core,
        workflow: Workflow[Any, Any],
        row: Row,
        checkpoints: list[Checkpoint],
        observer: Observer | None = None,
        deadline: float | None = None,
        guard: Guard | None = None,
    ) -> None:
        for checkpoint in checkpoints:
            checkpoint.due = -1.0  # nothing is waited for
        stage = Stage(core, guard)
        self.lines = stage.threads = Lines(core.threads, self.conclude)
        super().__init__(
            cast("Core", stage),
            row.id,
            workflow,
            row.epoch,
            row.created,
            row.seed,
            attempt=row.attempts,
            signals=row.signals,
            parent=row.parent,
            journal=Journal(checkpoints),
            loaded=time.monotonic(),
        )
        self.journal.fresh = False  # an empty record is one too
        self.ended = row.state in FINISHED and row.state is not State.CANCELLED
        self.differences: list[Difference] = []
        self.halted = 0
        self.end: _ControlSignal | None = None
        self._over = False
        self._observer = observer
        self._deadline = math.inf if deadline is None else deadline

    # -- the journal

    def recall(self, branch: Branch, kind: str, name: str, digest: bytes, source: str) -> tuple[str, Checkpoint | None]:
        """Like `Execution.recall`, but the code goes on only where something is recorded."""
        if time.monotonic() > self._deadline:
            raise self.close(OutOfTime())
        try:
            key, found = super().recall(branch, kind, name, digest, source)
        except _Halt:
            return self._halt(branch)
        if self._observer is not None and found is not None:
            self._observer.reached(Operation(key, kind, name, digest, source), found)
            if self.closing is not None:
                raise self.closing
        return key, found

    def pass_history(self, operation: Operation) -> None:
        """Halt the branch of `operation`, which is not recorded."""
        if self.ended:
            raise self.diverge(Difference(operation.key, None, operation, "extra"))
        if self._observer is not None:
            self._observer.record_ended(operation)
        raise _Halt

    def diverge(self, difference: Difference) -> _ControlSignal:
        """Note `difference`; return what halts its branch."""
        self.differences.append(difference)
        if self._observer is not None:
            self._observer.differs(difference)
        return _Halt()

    def record(self, branch: Branch, checkpoint: Checkpoint, attachment: Any = None) -> Any:
        """Nothing is written."""
        branch.open = None

    def _halt(self, branch: Branch) -> tuple[str, Checkpoint]:
        if self.closing is not None:
            raise self.closing
        self.halted += 1
        if self.workflow.is_async:
            # Without a result or an error it is as if the code had cut the operation short: whoever asks for it waits.
            operation = branch.open
            assert operation is not None
            branch.open = None
            return operation.key, Checkpoint(
                operation.key, operation.kind, operation.name, b"", None, None, 0.0, 0.0, due=_FOR_EVER
            )
        self.lines.halt()
        self.closed.wait()
        assert self.closing is not None
        raise self.closing

    # -- the end of the history

    def first_difference(self) -> Difference | None:
        """Return the difference that comes first in the code."""
        return min(self.differences, key=lambda each: order_of(each.key), default=None)

    def conclude(self) -> None:
        """Close the execution: every line has halted, or waits for one that has."""
        difference = self.first_difference()
        if difference is not None:
            self.close(Diverged(str(difference)))
        else:
            self.close(Suspended(f"the history of workflow {self.id!r} ends here"))

    def interrupt(self) -> None:
        """End the replay from another thread, because its time is over; its lines are ended, its main thread is not."""
        self.close(OutOfTime())
        for thread in tuple(self.lines.running):
            interrupt(thread)

    def over(self) -> None:
        """Note that the main line has ended; others that are still under way end at their next operation."""
        if not self._over:
            self._over = True
            self.end = self.closing
            self.close(Suspended(f"the replay of workflow {self.id!r} is over"))

    # What is left to go on: of a sync workflow `Lines` knows it, of an async one its event loop, see `ReplayLoop`.

    def park(self, branch: Branch, due: float | None) -> bool:
        """Note that `branch` only waits."""
        everyone = super().park(branch, due)
        if not self.workflow.is_async:
            self.lines.wait(branch)
        return everyone

    def unpark(self, branch: Branch) -> None:
        """Note that `branch` goes on."""
        if not self.workflow.is_async and branch in self._parked:
            self.lines.take(branch)
        super().unpark(branch)
