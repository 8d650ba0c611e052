"""The debuggers that a session can stop in."""

from __future__ import annotations

import inspect
import os
import pdb
import sys
from collections.abc import Callable
from importlib import import_module
from types import FrameType, TracebackType
from typing import Any, Final, Protocol

from holdfast.debugging.frames import is_own
from holdfast.errors import HoldfastError

PORT: Final = 5678
"""Where debugpy listens, as its own documentation and the editors' defaults have it."""


class DebuggerMissing(HoldfastError):
    """The chosen debugger is not installed."""


class Debugger(Protocol):
    """Something that stops in a frame and lets its user look around.

    Attributes:
        traces: it does not use `sys.settrace` by itself, so that others may.
    """

    traces: bool

    def open(self, say: Callable[[str], None], leave: Callable[[], BaseException]) -> None:
        """Get ready.

        Args:
            say: tells the user something.
            leave: gives what ends the workflow's code when the user has seen enough.
        """

    def stop(self, frame: FrameType) -> bool:
        """Stop in `frame`, a frame of the current thread or one that is suspended; return False when the user quits."""

    def post_mortem(self, trace: TracebackType) -> None:
        """Stop where an error was raised."""

    def close(self) -> None:
        """The code has ended."""


class _WorkflowPdb(pdb.Pdb):
    """pdb that steps through workflow code and over everything that Holdfast does for it."""

    leave: Callable[[], BaseException]

    def stop_here(self, frame: FrameType) -> bool:
        return super().stop_here(frame) and is_own(frame)

    def _go_on(self) -> None:
        if self.quitting:
            raise self.leave()

    def user_call(self, frame: FrameType, argument_list: Any) -> None:
        super().user_call(frame, argument_list)
        self._go_on()

    def user_line(self, frame: FrameType) -> None:
        super().user_line(frame)
        self._go_on()

    def user_return(self, frame: FrameType, return_value: Any) -> None:
        super().user_return(frame, return_value)
        self._go_on()

    def user_exception(self, frame: FrameType, exc_info: Any) -> None:
        super().user_exception(frame, exc_info)
        self._go_on()

    def stop_in(self, frame: FrameType) -> bool:
        """Prompt in `frame` now, and trace as its user asks for; return False when they quit."""
        outermost = frame
        outer: FrameType | None = frame
        while outer is not None and (outer is frame or is_own(outer)):
            outer.f_trace = self.trace_dispatch
            outermost, outer = outer, outer.f_back
        self.botframe = outermost
        self.enterframe = frame  # what bdb of 3.13 calls the frame that tracing began in
        self.interaction(frame, None)
        if self.quitting:
            return False
        # `continue` without breakpoints: until something calls for the next stop, the code runs untraced.
        going_on = getattr(self, "stoplineno", 0) == -1 and not self.breaks
        sys.settrace(None if going_on else self.trace_dispatch)
        return True


class Pdb:
    """Python's own debugger, on standard input and output."""

    traces = True

    def open(self, say: Callable[[str], None], leave: Callable[[], BaseException]) -> None:
        """Get ready."""
        self._pdb = _WorkflowPdb()
        self._pdb.prompt = "(holdfast) "
        self._pdb.leave = leave
        self._pdb.reset()

    def stop(self, frame: FrameType) -> bool:
        """Prompt in `frame`."""
        return self._pdb.stop_in(frame)

    def post_mortem(self, trace: TracebackType) -> None:
        """Prompt where the error was raised."""
        self._pdb.reset()
        self._pdb.interaction(None, trace)

    def close(self) -> None:
        """Trace no more."""
        sys.settrace(None)


class Debugpy:
    """The debugger of editors; listens until one attaches.

    Args:
        port: on 127.0.0.1.
    """

    traces = False

    def __init__(self, port: int = PORT) -> None:
        self._port = port

    def open(self, say: Callable[[str], None], leave: Callable[[], BaseException]) -> None:
        """Listen, and wait for an editor."""
        try:
            import debugpy
        except ImportError as error:
            raise DebuggerMissing(
                "debugpy is not installed; `pip install debugpy`, or use `--debugger pdb`, which comes with Python"
            ) from error
        _, port = debugpy.listen(("127.0.0.1", self._port))
        say(f"debugpy listens on 127.0.0.1:{port}; attach your editor")
        debugpy.wait_for_client()

    def stop(self, frame: FrameType) -> bool:
        """Stop in `frame`."""
        import debugpy

        # `debugpy.breakpoint()` is this very call, with its caller's frame; once it listens, `pydevd` can be imported.
        import_module("pydevd").settrace(
            suspend=True, trace_only_current_thread=True, patch_multiprocessing=False, stop_at_frame=frame
        )
        return bool(debugpy.is_client_connected())

    def post_mortem(self, trace: TracebackType) -> None:
        """Nothing: editors stop at errors by themselves, where that is switched on."""

    def close(self) -> None:
        """Nothing: it traces as its user asked for."""


class Breakpoint:
    """Whatever `PYTHONBREAKPOINT` names, by way of `sys.breakpointhook`."""

    traces = True

    def open(self, say: Callable[[str], None], leave: Callable[[], BaseException]) -> None:
        """Get ready."""
        self._say = say

    def stop(self, frame: FrameType) -> bool:
        """Call the hook; one that takes a `frame` stops there, any other here, below it."""
        try:
            takes_frame = "frame" in inspect.signature(_hook()).parameters
        except (TypeError, ValueError):
            takes_frame = False
        if takes_frame:
            sys.breakpointhook(frame=frame)
        else:
            self._say(f"go `up` to {frame.f_code.co_name} at {frame.f_code.co_filename}:{frame.f_lineno}")
            sys.breakpointhook()
        return True

    def post_mortem(self, trace: TracebackType) -> None:
        """Nothing: hooks take no traceback."""

    def close(self) -> None:
        """Nothing: it traces as its user asked for."""


def _hook() -> Any:
    """Return what `sys.breakpointhook` will call, or itself when that is not to be known."""
    named = os.environ.get("PYTHONBREAKPOINT", "")
    if sys.breakpointhook is not sys.__breakpointhook__ or not named or named == "0":
        return sys.breakpointhook
    module, _, attribute = named.rpartition(".")
    return getattr(import_module(module or "builtins"), attribute, sys.breakpointhook)


def debugger_named(name: str, port: int = PORT) -> Debugger:
    """Return the debugger called `name`: `pdb`, `debugpy` or `breakpoint`; `port` is debugpy's."""
    if name == "debugpy":
        return Debugpy(port)
    return Breakpoint() if name == "breakpoint" else Pdb()
