"""What the guard looks at where workflow code begins a durable operation, and where it ends: rules 503 to 506 and 508."""

from __future__ import annotations

import ast
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from holdfast.guard.places import UNIT, Place, place_of, unit_frames
from holdfast.guard.source import source_of
from holdfast.guard.structure import cleanup_around, is_dropped, shown_call, shown_handler, swallowing_around
from holdfast.guard.wording import NOWHERE
from holdfast.values import UnstorableValue
from holdfast_rules.facts import NestedStep, StepInCleanup, SwallowedControl, Unawaited, UnserialisableValue

if TYPE_CHECKING:
    from holdfast.execution.scope import Branch, StepScope
    from holdfast.guard.guard import Guard

_HERE: Final[dict[str, Any]] = {"at": NOWHERE, "function": "", "chain": ()}
_GROUPS: Final = "taskgroups.py"
"""`asyncio.TaskGroup` keeps its tasks and waits for them itself."""


def asks(guard: Guard, branch: Branch, operation: str) -> None:
    """Judge where workflow code asks for a durable operation: in clean-up code, or under a handler that swallows."""
    frames = _callers(sys._getframe(1))
    if frames is None:
        return
    shown = shown_call(source_of(frames[0]), frames[0], operation)
    for index, frame in enumerate(frames):
        source = source_of(frame)
        if source.tree is None:
            continue
        where = cleanup_around(source, frame)
        if where is not None:
            fact = StepInCleanup(operation=shown, where=where, **_HERE)
            guard.found(branch, frames, fact, operation)
        handler = swallowing_around(source, frame)
        if handler is not None:
            swallowed = SwallowedControl(handler=shown_handler(handler), operations=(shown,), **_HERE)
            guard.found(branch, frames[index:], swallowed, swallowed.handler, handler.lineno)


def makes(guard: Guard, branch: Branch, operation: str) -> None:
    """Judge what workflow code does with the coroutine of a durable operation that it is about to get."""
    frames = _callers(sys._getframe(1))
    if frames is not None and is_dropped(source_of(frames[0]), frames[0]):
        shown = shown_call(source_of(frames[0]), frames[0], operation)
        guard.found(branch, frames, Unawaited(operation=shown, how="dropped", **_HERE), operation)


def spawns(guard: Guard, branch: Branch, coroutine: Any) -> None:
    """Judge what workflow code does with the task of a durable operation that it is about to get."""
    code = getattr(coroutine, "cr_code", None)
    if code is None or place_of(code) not in (Place.HOLDFAST, Place.ENTRY):
        return
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and place_of(frame.f_code) not in UNIT:
        if frame.f_code.co_filename.endswith(_GROUPS) or place_of(frame.f_code) is Place.MACHINERY:
            return
        frame = frame.f_back
    frames = unit_frames(frame)
    if frames is None or not is_dropped(source_of(frames[0]), frames[0]):
        return
    call = source_of(frames[0]).call_at(frames[0].f_code, frames[0].f_lasti)
    shown = _inner_call(call) or str(coroutine.__qualname__)
    try:
        guard.found(branch, frames, Unawaited(operation=shown, how="task handle lost", **_HERE), shown)
    except BaseException:
        coroutine.close()
        raise


def nests(guard: Guard, within: StepScope, operation: str) -> None:
    """Report a durable operation that begins in the body of a step."""
    frames = _callers(sys._getframe(1))
    if frames is not None:
        shown = shown_call(source_of(frames[0]), frames[0], operation)
        fact = NestedStep(step=frames[-1].f_code.co_name, operation=shown, **_HERE)
        guard.found(within.branch, frames, fact, operation)


def fails(guard: Guard, branch: Branch, error: BaseException) -> None:
    """Report a value that cannot cross the boundary of a step. The error itself stands, and says more."""
    if not isinstance(error, UnstorableValue):
        return
    frames: list[FrameType] = []
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if place_of(trace.tb_frame.f_code) in UNIT:
            frames.insert(0, trace.tb_frame)
            line = trace.tb_lineno
        trace = trace.tb_next
    fact = UnserialisableValue(what="value", role="argument", operation="", **_HERE)
    if frames:
        guard.found(branch, frames, fact, branch.execution.workflow.name, line, str(error), act=False)


def _callers(frame: FrameType | None) -> list[FrameType] | None:
    """Return the frames of workflow code behind Holdfast's own at `frame`."""
    while frame is not None and place_of(frame.f_code) in (Place.HOLDFAST, Place.ENTRY):
        frame = frame.f_back
    return unit_frames(frame)


def _inner_call(call: Any) -> str:
    inner = next((each for each in getattr(call, "args", ()) if isinstance(each, ast.Call)), None)
    return ast.unparse(inner.func) if inner is not None else ""
