"""Seeing calls by `sys.monitoring`, on Python 3.12 and later: local events on the unit's own code objects.

Code outside of the unit is not touched. A call site of the unit is left alone once it has been seen to call only what
is harmless a few times over; `thorough` guards keep watching every site.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Coroutine, Mapping
from types import CodeType
from typing import TYPE_CHECKING, Any, Final

from holdfast.guard.arguments import ABSENT
from holdfast.guard.hazards import module_of
from holdfast.guard.reads import reads_of
from holdfast.guard.sites import Sites

if TYPE_CHECKING:
    from holdfast.execution.effects import Effect
    from holdfast.guard.hazards import Found
    from holdfast.guard.watcher import Watcher

monitoring: Final[Any] = getattr(sys, "monitoring", None)
"""The module, which Python 3.11 does not have; then nobody asks for it."""
_FREE_TOOLS: Final = (4, 3)
"""The tool ids that are meant for nobody in particular (`sys.monitoring`, "Tool identifiers")."""


class Monitoring:
    """See `holdfast.guard.watcher.Backend`."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._tool = -1
        self._sites = Sites()
        self._reads: dict[int, dict[int, Found]] = {}

    def start(self) -> None:
        for tool in _FREE_TOOLS:
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, "holdfast.guard")
                break
        else:
            raise RuntimeError(
                "the guard needs a tool id of `sys.monitoring` and 3 and 4 are both in use, by"
                f' {monitoring.get_tool(3)!r} and {monitoring.get_tool(4)!r}; use `guard="off"` beside them'
            )
        self._tool = tool
        monitoring.register_callback(tool, monitoring.events.CALL, self._on_call)
        monitoring.register_callback(tool, monitoring.events.INSTRUCTION, self._on_instruction)

    def stop(self) -> None:
        tool = self._tool
        for code in self._watcher.unit.codes():
            monitoring.set_local_events(tool, code, 0)
        monitoring.register_callback(tool, monitoring.events.CALL, None)
        monitoring.register_callback(tool, monitoring.events.INSTRUCTION, None)
        monitoring.free_tool_id(tool)
        self._tool = -1
        self._sites.clear()
        self._reads.clear()

    def look_again(self) -> None:
        self._sites.clear()
        monitoring.restart_events()

    def watch(self, code: CodeType, names: Mapping[str, Any]) -> None:
        events: int = monitoring.events.CALL
        reads = reads_of(code, names, self._watcher.hazards)
        if reads:
            self._reads[id(code)] = reads
            events |= monitoring.events.INSTRUCTION
        monitoring.set_local_events(self._tool, code, events)

    def inside(self, effect: Effect) -> Effect:
        return effect

    def outside(self, effect: Effect) -> Effect:
        return effect

    def coroutine(self, coroutine: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
        return coroutine

    def _on_call(self, code: CodeType, offset: int, called: Any, first: Any) -> Any:
        watcher = self._watcher
        given = ABSENT if first is monitoring.MISSING else first
        found = watcher.hazards.of(called, given)
        if found:
            watcher.seen(sys._getframe(1), offset, found, called, given)
            return None
        if type(called) is not types.BuiltinFunctionType:
            watcher.called(sys._getframe(1), offset, module_of(called), called)
        if type(called) is types.FunctionType:
            if not watcher.unit.holds(called.__code__):
                watcher.follow(called)
        elif type(called) is not types.BuiltinFunctionType:
            watcher.follow(called)
        return monitoring.DISABLE if self._sites.harmless(code, offset, called) and not watcher.thorough else None

    def _on_instruction(self, code: CodeType, offset: int) -> Any:
        found = self._reads.get(id(code), {}).get(offset)
        if found is None:
            return monitoring.DISABLE
        self._watcher.seen(sys._getframe(1), offset, found, None, ABSENT)
        return None
