"""Which frames on the stack are the workflow's own code, and which are the machinery between its calls."""

from __future__ import annotations

import asyncio
from types import FrameType
from typing import Final

from holdfast.execution import concurrent
from holdfast.execution.effects import Invoke

_MACHINERY: Final = ("holdfast", "asyncio")
_CALLERS: Final = frozenset({Invoke.run.__code__, Invoke.arun.__code__, asyncio.events.Handle._run.__code__})
"""What calls workflow code; above it on the stack nothing is the workflow's."""


def is_machinery(frame: FrameType) -> bool:
    """Whether `frame` belongs to Holdfast or to asyncio."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in _MACHINERY


def _calls_workflow_code(frame: FrameType) -> bool:
    return frame.f_code in _CALLERS or frame.f_globals is vars(concurrent)


def own_frame(frame: FrameType | None) -> FrameType | None:
    """Return the innermost frame of workflow code at or above `frame`; None when only machinery lies below its caller."""
    while frame is not None:
        if not is_machinery(frame):
            return frame
        if _calls_workflow_code(frame):
            return None
        frame = frame.f_back
    return None


def is_own(frame: FrameType) -> bool:
    """Whether `frame` is workflow code, or what it calls, and not something that Holdfast calls (a decoder, a property)."""
    if is_machinery(frame):
        return False
    caller = frame.f_back
    while caller is not None:
        if is_machinery(caller):
            return _calls_workflow_code(caller) or caller.f_globals.get("__name__") == "holdfast.execution.effects"
        caller = caller.f_back
    return False
