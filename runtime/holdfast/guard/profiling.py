"""Seeing calls by `sys.setprofile`, before Python 3.12: set while workflow code runs, on the thread that runs it.

It sees less than `sys.monitoring`: no calls of classes that are written in C, and reads of `sys.argv` and its like only
by tracing the functions that hold one, which another tracer (a debugger, a coverage tool) excludes.
"""

from __future__ import annotations

import sys
from collections.abc import Coroutine, Generator, Mapping
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Final

from holdfast.execution.scope import Branch, scope
from holdfast.guard.arguments import UNKNOWN
from holdfast.guard.places import UNIT, place_of
from holdfast.guard.reads import reads_of
from holdfast.guard.sites import Sites

if TYPE_CHECKING:
    from holdfast.execution.effects import Effect
    from holdfast.guard.hazards import Found
    from holdfast.guard.watcher import Watcher

_RESUMED: Final = 3
"""The bits of the argument of `RESUME` that are 0 only at a function's beginning (`dis`, `RESUME`)."""


class Profiling:
    """See `holdfast.guard.watcher.Backend`."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._on = False
        self._reads: dict[int, dict[int, Found]] = {}
        self._calls: dict[int, tuple[CodeType, Found]] = {}
        self._sites = Sites()
        self._harmless: dict[int, CodeType] = {}
        self._read: dict[int, CodeType] = {}

    def start(self) -> None:
        self._on = True

    def stop(self) -> None:
        self._on = False
        self._reads.clear()
        self._calls.clear()
        self._sites.clear()
        self._harmless.clear()
        self._read.clear()

    def look_again(self) -> None:
        self._sites.clear()
        self._harmless.clear()

    def watch(self, code: CodeType, names: Mapping[str, Any]) -> None:
        reads = reads_of(code, names, self._watcher.hazards)
        self._read[id(code)] = code
        if reads:
            self._reads[id(code)] = reads
            self._harmless.pop(id(code), None)

    def inside(self, effect: Effect) -> Effect:
        return _Switched(effect, self._profile)

    def outside(self, effect: Effect) -> Effect:
        return _Switched(effect, None)

    def coroutine(self, coroutine: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
        return _SwitchedCoroutine(coroutine, self._profile)

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        # Called at every call and every return, so what comes first decides what it costs.
        if event == "c_call":
            code = frame.f_code
            left = self._sites.left.get((id(code), frame.f_lasti))
            if left is not None and left[0] <= 0 and not self._watcher.thorough:
                return
            if not self._on or type(scope.get()) is not Branch:
                return
            if place_of(code) in UNIT:
                found = self._watcher.hazards.of(argument, UNKNOWN)
                if found:
                    self._watcher.seen(frame, frame.f_lasti, found, argument, UNKNOWN)
                    return
            self._sites.harmless(code, frame.f_lasti, argument)
        elif event != "call" or id(frame.f_code) in self._harmless:
            return
        elif self._on and type(scope.get()) is Branch:
            self._entered(frame)

    def _entered(self, frame: FrameType) -> None:
        code = frame.f_code
        caller = frame.f_back
        if id(code) not in self._read and place_of(code) in UNIT:
            self.watch(code, frame.f_globals)  # reached by no name, so that nobody followed it here
        if id(code) in self._reads and sys.gettrace() is None and not _goes_on(frame):
            self._trace(frame)
        if caller is None or place_of(caller.f_code) not in UNIT:
            return
        first = frame.f_locals.get(code.co_varnames[0], UNKNOWN) if code.co_argcount else UNKNOWN
        found = self._of(frame, first)
        if _goes_on(frame):
            return
        if found:
            self._watcher.seen(caller, caller.f_lasti, found, code, first)
        else:
            module = frame.f_globals.get("__name__")
            self._watcher.called(caller, caller.f_lasti, module, code)
            if self._is_harmless(code, module):
                self._harmless[id(code)] = code

    def _is_harmless(self, code: CodeType, module: str | None) -> bool:
        """Whether calling the function with this code is no hazard, whoever calls it, and on which object."""
        hazards = self._watcher.hazards
        return (
            id(code) not in self._reads
            and code.co_name != "__init__"
            and not hazards.is_bound(code.co_name)
            and not hazards.has_clients(module)
        )

    def _of(self, frame: FrameType, first: Any) -> Found:
        """Return the hazards of calling the function that `frame` runs, with this first argument."""
        code = frame.f_code
        hazards = self._watcher.hazards
        if code.co_name == "__init__":
            own = getattr(type(first).__init__, "__code__", None)
            return hazards.of(type(first), UNKNOWN) if own is code else ()
        bound = hazards.of_bound(first, code.co_name)
        if bound:
            return bound
        known = self._calls.get(id(code))
        if known is None or known[0] is not code:
            name = code.co_qualname
            module = str(frame.f_globals.get("__name__", ""))
            found = hazards.of_code(code)
            if not found and "<locals>" not in name:
                found = hazards.of_names(iter((f"{module}.{name}",)))
            known = self._calls[id(code)] = (code, found)
        return known[1]

    def _trace(self, frame: FrameType) -> None:
        reads = self._reads[id(frame.f_code)]

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            if event == "opcode":
                found = reads.get(frame.f_lasti)
                if found is not None:
                    self._watcher.seen(frame, frame.f_lasti, found, None, UNKNOWN)
            elif event == "return":
                sys.settrace(None)
            return trace

        frame.f_trace = trace
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        sys.settrace(lambda frame, event, argument: None)


def _goes_on(frame: FrameType) -> bool:
    """Whether a generator or coroutine is resumed, rather than a function begun."""
    return bool(frame.f_code.co_code[frame.f_lasti + 1] & _RESUMED)


class _Switched:
    """Runs an effect with a profile function, or with none."""

    def __init__(self, effect: Effect, profile: Any) -> None:
        self._effect = effect
        self._profile = profile

    def run(self) -> Any:
        former = sys.getprofile()
        sys.setprofile(self._profile)
        try:
            return self._effect.run()
        finally:
            sys.setprofile(former)

    async def arun(self) -> Any:
        return await _SwitchedCoroutine(self._effect.arun(), self._profile)


class _SwitchedCoroutine(Coroutine[Any, Any, Any]):
    """A coroutine that runs with a profile function, or with none; the thread has its own back whenever it awaits."""

    def __init__(self, inner: Coroutine[Any, Any, Any], profile: Any) -> None:
        self._inner = inner
        self._profile = profile
        self.__name__ = getattr(inner, "__name__", "")
        self.__qualname__ = getattr(inner, "__qualname__", "")

    def _resume(self, method: Any, *values: Any) -> Any:
        former = sys.getprofile()
        sys.setprofile(self._profile)
        try:
            return method(*values)
        finally:
            sys.setprofile(former)

    def send(self, value: Any) -> Any:
        return self._resume(self._inner.send, value)

    def throw(self, *error: Any) -> Any:
        return self._resume(self._inner.throw, *error)

    def close(self) -> None:
        self._resume(self._inner.close)

    def __await__(self) -> Generator[Any, Any, Any]:
        return self

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        return self.send(None)
