"""Which line of workflow code, or which step, the current thread or task is in."""

from __future__ import annotations

import random
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import asyncio

    from holdfast.execution.execution import Execution
    from holdfast.journal import Operation


class Branch:
    """One line of code of a workflow: the main one, or one that runs concurrently with others.

    Attributes:
        execution: the run it belongs to.
        path: its place among the branches, with a trailing dot; empty for the main branch.
        counter: how many durable operations it has asked for.
        forked: how many branches it has forked.
        clock: the workflow's time in it: when its last operation finished, as recorded.
        parked: it waits, and could be woken from the database.
        abandoned: its code was cancelled by the workflow's own code.
        open: the operation that it has begun and not recorded yet.
        cut: an operation that the workflow's own code cancelled, and that is not recorded as such yet.
    """

    __slots__ = (
        "_random",
        "abandoned",
        "clock",
        "counter",
        "cut",
        "execution",
        "forked",
        "open",
        "parked",
        "path",
    )

    def __init__(self, execution: Execution, path: str, clock: float) -> None:
        self.execution = execution
        self.path = path
        self.counter = 0
        self.forked = 0
        self.clock = clock
        self.parked = False
        self.abandoned = False
        self.open: Operation | None = None
        self.cut: Operation | None = None
        self._random: random.Random | None = None

    def fork(self) -> Branch:
        """Return a new branch of this one; call in program order."""
        path = f"{self.path}{self.forked}."
        self.forked += 1
        return Branch(self.execution, path, self.clock)

    def note_cut(self) -> None:
        """Note that the workflow's own code has cancelled the operation under way."""
        self.cut, self.open = self.open, None

    def ended(self, task: asyncio.Future[Any] | None = None) -> None:
        """Note that the branch's code has ended; records of one that was cancelled need not be asked for again."""
        if task is not None and task.cancelled():
            self.abandoned = True
            self.execution.given_up.append(self.path)
        else:
            self.execution.record_cut(self)
        self.execution.end_branch()

    @property
    def random(self) -> random.Random:
        """The branch's own random numbers, the same at every replay."""
        if self._random is None:
            # A text seed is hashed with SHA-512 by `random.seed` version 2, alike in every process and release.
            self._random = random.Random(f"{self.execution.seed}/{self.path}")
        return self._random

    @property
    def replaying(self) -> bool:
        """Whether the next operation of this branch is recorded already."""
        return self.execution.journal.replaying(self.path, self.counter)


class StepScope(Struct, eq=False):
    """The body of a step: effects are allowed, durable operations are plain calls.

    Attributes:
        branch: where the step was called.
        attempt: counted from 1.
    """

    branch: Branch
    attempt: int


def note_made(operation: str) -> None:
    """Tell the guard, if there is one, that workflow code gets the coroutine of a durable operation."""
    branch = scope.get()
    if type(branch) is Branch and branch.execution.engine.guard is not None:
        branch.execution.engine.guard.makes(branch, operation)


def note_nested(within: Branch | StepScope | None, operation: str) -> None:
    """Tell the guard, if there is one, that a durable operation begins in the body of a step."""
    if type(within) is StepScope and within.branch.execution.engine.guard is not None:
        within.branch.execution.engine.guard.nests(within, operation)


scope: ContextVar[Branch | StepScope | None] = ContextVar("holdfast_scope", default=None)
"""Set in workflow code to its branch, in a step's body to a `StepScope`."""
