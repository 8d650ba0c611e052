"""What workflow code asks of its own run: time, randomness, identity, markers. Nothing here waits."""

from __future__ import annotations

import logging
import random as _random
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn
from uuid import UUID

from holdfast.errors import ContinuedAsNew, OutsideWorkflow
from holdfast.execution.scope import Branch, StepScope, scope
from holdfast.store.records import Checkpoint


@dataclass(frozen=True, slots=True)
class Current:
    """The workflow whose code (or step) runs now.

    Attributes:
        id: the workflow's id.
        name: of its function.
        attempt: in a step, which attempt of the step; in workflow code, how often an executor began the workflow.
        replaying: whether the next operation is recorded already; always False in a step.
        in_step: whether a step's body runs.
    """

    id: str
    name: str
    attempt: int
    replaying: bool
    in_step: bool

    @property
    def tick(self) -> datetime | None:
        """When it was due, for what a schedule started, in UTC; None for other workflows."""
        from holdfast.engine.ticks import tick_of

        return tick_of(self.id)


def _branch(what: str) -> Branch:
    branch = scope.get()
    if type(branch) is Branch:
        return branch
    where = "in a step, where anything goes" if branch is not None else "outside a workflow"
    raise OutsideWorkflow(f"`holdfast.{what}` was called {where}; it belongs into workflow code")


def current() -> Current:
    """Return the workflow whose code or step runs now; raise `OutsideWorkflow` elsewhere."""
    found = scope.get()
    if isinstance(found, StepScope):
        execution = found.branch.execution
        return Current(execution.id, execution.workflow.name, found.attempt, False, True)
    branch = _branch("current()")
    execution = branch.execution
    return Current(execution.id, execution.workflow.name, execution.attempt, branch.replaying, False)


def now() -> datetime:
    """Return the workflow's time, in UTC: when its last operation ended. It stands still between operations.

    In a step it is the clock.
    """
    if isinstance(scope.get(), StepScope):
        return datetime.fromtimestamp(time.time(), UTC)
    return datetime.fromtimestamp(_branch("now()").clock, UTC)


def random() -> _random.Random:
    """Return random numbers that a replay draws again: `holdfast.random().choice(…)`. In a step they are fresh."""
    if isinstance(scope.get(), StepScope):
        return _random.Random()
    return _branch("random()").random


def uuid4() -> UUID:
    """Return a random UUID that a replay draws again."""
    return UUID(int=random().getrandbits(128), version=4)


def patched(name: str) -> bool:
    """Return whether this run has the change called `name`: True in new runs, False in those that were past it before.

    So old and new code live side by side: `if holdfast.patched("two-step-charge"): … else: …`. The first time, a marker
    is recorded with the next checkpoint.
    """
    branch = _branch("patched()")
    execution = branch.execution
    if execution.closing is not None:
        raise execution.closing
    if not name or "\x00" in name or len(name) > 200:
        raise ValueError(f"the patch name {name!r} must be 1 to 200 characters without NUL")
    key = f"!patched:{name}"
    decided = execution.patches.get(name)
    if decided is None:
        if execution.journal.marked(key):
            decided = True
        elif branch.replaying:
            decided = False
        else:
            decided = True
            now = execution.engine.time()
            execution.record(branch, Checkpoint(key, "patched", name, b"", b"true", None, now, now))
        execution.patches[name] = decided
    return decided


def continue_as_new(*args: Any, **kwargs: Any) -> NoReturn:
    """End this run and begin the same workflow anew with these arguments and an empty journal, under the same id."""
    branch = _branch("continue_as_new()")
    execution = branch.execution
    if execution.closing is not None:
        raise execution.closing
    execution.workflow.signature.encode(args, kwargs)
    raise ContinuedAsNew(args, kwargs)


class _WorkflowLogger(logging.LoggerAdapter[logging.Logger]):
    """Logs in workflow code only what a replay would not repeat; each record carries `workflow_id`."""

    def isEnabledFor(self, level: int) -> bool:
        branch = scope.get()
        if type(branch) is Branch and branch.replaying:
            return False
        return super().isEnabledFor(level)

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        found = scope.get()
        branch = found.branch if isinstance(found, StepScope) else found
        extra = {**(kwargs.get("extra") or {})}
        if branch is not None:
            extra["workflow_id"] = branch.execution.id
        return msg, {**kwargs, "extra": extra}


logger = _WorkflowLogger(logging.getLogger("holdfast.workflow"), {})
"""A logger for workflow code: silent while it replays, so that nothing is said twice."""
