"""The one watcher of this process: while any engine guards, it sees the calls that workflow code makes.

`sys.monitoring` (Python 3.12 and later) and `sys.setprofile` (before) are shared by the whole process, and so is what is
known of callables; which engine a call belongs to, if any, is asked when it happens: of the branch in whose context
it runs.
"""

from __future__ import annotations

import sys
import threading
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Final, Protocol

from holdfast.execution.scope import Branch, scope
from holdfast.guard import audit
from holdfast.guard.hazards import Found, Hazards
from holdfast.guard.state import Writes
from holdfast.guard.unit import Unit
from holdfast_rules.hazards.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from holdfast.execution.effects import Effect
    from holdfast.guard.guard import Guard


class Backend(Protocol):
    """How calls are seen."""

    def start(self) -> None:
        """Begin; raises `RuntimeError` when the interpreter has no room for another tool."""

    def stop(self) -> None:
        """Take away everything that was installed."""

    def look_again(self) -> None:
        """See the calls again that are left alone."""

    def watch(self, code: CodeType, names: Mapping[str, Any]) -> None:
        """See the calls of one more code object of the unit."""

    def inside(self, effect: Effect) -> Effect:
        """Return an effect that runs workflow code, seen."""

    def outside(self, effect: Effect) -> Effect:
        """Return an effect that runs a step's body, unseen."""

    def coroutine(self, coroutine: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
        """Return a coroutine of workflow code that is to be a task, seen."""


class Watcher:
    """What all guards share.

    Attributes:
        hazards: the catalogue, with what the projects of the guards add to it.
        unit: the code that is followed.
        thorough: whether some guard wants every call seen, whatever that costs.
        backend: how calls are seen.
    """

    def __init__(self) -> None:
        self.hazards = Hazards(Catalogue.default())
        self.unit = Unit(self.hazards, self._watch)
        self.thorough = False
        self._writes: dict[int, tuple[Any, Writes]] = {}
        self._guards: list[Guard] = []
        self._lock = threading.RLock()
        self.backend: Backend = _backend(self)

    def join(self, guard: Guard) -> None:
        """Watch on behalf of `guard`; once for each time that it joins."""
        with self._lock:
            if not self._guards:
                self.backend.start()
            elif guard.thorough:
                self.backend.look_again()
            self._guards.append(guard)
            self._learn()
            audit.switch(True)

    def leave(self, guard: Guard) -> None:
        """Undo `join`."""
        with self._lock:
            self._guards.remove(guard)
            if self._guards:
                self._learn()
                return
            audit.switch(False)
            self.backend.stop()
            self.unit.forget()
            self._writes.clear()

    def _learn(self) -> None:
        self.thorough = any(guard.thorough for guard in self._guards)
        catalogue = Catalogue.default()
        for guard in self._guards:
            if guard.effects:
                catalogue = catalogue.with_project(guard.effects)
        self.hazards.catalogue = catalogue
        self.hazards.refresh(force=True)

    def _watch(self, code: CodeType, names: Mapping[str, Any]) -> None:
        self.backend.watch(code, names)

    def follow(self, *targets: Any) -> None:
        """Let functions, and all that they name, be part of the unit."""
        with self._lock:
            if self._guards:
                self.unit.follow(*targets)

    def writes_of(self, function: Any) -> Writes:
        """Return what the unit of a workflow's function could write of what outlives a run."""
        known = self._writes.get(id(function))
        if known is None or known[0] is not function:
            with audit.Muted():
                known = self._writes[id(function)] = (function, Writes(function, self.hazards))
        return known[1]

    def called(self, frame: FrameType, offset: int, module: str | None, called: Any) -> None:
        """Tell the guard in charge of a call that is no hazard by itself, if it goes into a package with clients."""
        branch = scope.get()
        if type(branch) is Branch and self.hazards.has_clients(module):
            guard = branch.execution.engine.guard
            if guard is not None:
                guard.judge_client(branch, frame, offset, called)

    def seen(self, frame: FrameType, offset: int, found: Found, called: Any, first: Any) -> None:
        """Tell the guard in charge, if there is one, that the code of `frame` is about to use a hazard."""
        branch = scope.get()
        if type(branch) is Branch:
            guard = branch.execution.engine.guard
            if guard is not None:
                guard.judge(branch, frame, offset, found, called, first)


def _backend(watcher: Watcher) -> Backend:
    if sys.version_info >= (3, 12):
        from holdfast.guard.monitoring import Monitoring

        return Monitoring(watcher)
    from holdfast.guard.profiling import Profiling

    return Profiling(watcher)


WATCHER: Final = Watcher()
