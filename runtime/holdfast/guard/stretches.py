"""Stretches of workflow code, from its beginning or the end of a step's body to the next step's body or the end."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from holdfast.guard.audit import Muted

if TYPE_CHECKING:
    from holdfast.execution.effects import Effect
    from holdfast.execution.scope import Branch
    from holdfast.guard.guard import Guard
    from holdfast.guard.state import Writes


class Stretch:
    """What could be written by the code of one run, and how it was when its present stretch began.

    Args:
        guard: to tell.
        branch: the run's main branch.
        writes: what could be written.
    """

    def __init__(self, guard: Guard, branch: Branch, writes: Writes) -> None:
        self._guard = guard
        self._branch = branch
        self._writes = writes
        self._before: list[Any] | None = None
        self._steps = 0
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Begin a stretch: remember how things are."""
        with Muted():
            self._before = self._writes.snapshot()

    def end(self) -> None:
        """End a stretch: tell what has changed."""
        before, self._before = self._before, None
        if before is None or self._branch.execution.closing is not None:
            return
        with Muted():
            changed = self._writes.changed(before)
        for write in changed:
            self._guard.wrote(self._branch, write)

    def step_begins(self) -> None:
        """End a stretch, since a step's body runs."""
        with self._lock:
            self._steps += 1
        self.end()

    def step_ends(self) -> None:
        """Begin a stretch, unless other steps run: their changes are nobody's."""
        with self._lock:
            self._steps -= 1
            others = self._steps
        if not others:
            self.begin()


class Inside:
    """Workflow code as an effect, which is a stretch but for the steps in it."""

    def __init__(self, effect: Effect, stretch: Stretch) -> None:
        self._effect = effect
        self._stretch = stretch

    def run(self) -> Any:
        self._stretch.begin()
        try:
            return self._effect.run()
        finally:
            self._stretch.end()

    async def arun(self) -> Any:
        self._stretch.begin()
        try:
            return await self._effect.arun()
        finally:
            self._stretch.end()


class Outside:
    """The body of a step as an effect."""

    def __init__(self, effect: Effect, stretch: Stretch) -> None:
        self._effect = effect
        self._stretch = stretch

    def run(self) -> Any:
        self._stretch.step_begins()
        try:
            return self._effect.run()
        finally:
            self._stretch.step_ends()

    async def arun(self) -> Any:
        self._stretch.step_begins()
        try:
            return await self._effect.arun()
        finally:
            self._stretch.step_ends()
