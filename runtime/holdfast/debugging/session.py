"""A debugging session: where the replay of one workflow stops, and what is said there."""

from __future__ import annotations

import dis
import inspect
import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Final

from holdfast import values
from holdfast.debugging.debuggers import Debugger
from holdfast.debugging.frames import is_machinery, own_frame
from holdfast.errors import Suspended
from holdfast.execution.life import left_out
from holdfast.journal import Difference, Operation
from holdfast.replay import Verdict, replay_row
from holdfast.states import State
from holdfast.store.records import Checkpoint

if TYPE_CHECKING:
    from holdfast.declare import Workflow
    from holdfast.engine.core import Core
    from holdfast.replay.execution import ReplayExecution
    from holdfast.store.records import Row

_SHOWN: Final = 500
"""Characters of a recorded value that are shown."""
_RETURNS: Final = ("RETURN_VALUE", "RETURN_CONST")


class Session:
    """Watches a replay, as `holdfast.replay.Observer`, and stops it in a debugger.

    It stops at the operation `at` (without it at the workflow's first line), at every difference, and where the record
    ends.

    Args:
        workflow: its code.
        debugger: where to stop.
        at: the key of an operation; None for the first line.
        say: tells the user something.

    Attributes:
        quit: the user has left.
        reached_at: the operation `at` was reached.
    """

    def __init__(
        self, workflow: Workflow[Any, Any], debugger: Debugger, at: str | None, say: Callable[[str], None]
    ) -> None:
        self.quit = False
        self.reached_at = False
        self._code: CodeType = inspect.unwrap(workflow.function).__code__
        self._debugger = debugger
        self._at = at
        self._say = say
        self._execution: ReplayExecution | None = None
        self._root: FrameType | None = None
        self._state: State | None = None
        self._error: BaseException | None = None
        self._told_missing = False
        self._lock = threading.RLock()  # lines on several threads: one prompt at a time

    def run(self, core: Core, row: Row) -> Verdict:
        """Replay the workflow of `row` and return the verdict."""
        self._state = row.state
        self._debugger.open(self._say, self._leave)
        verdict = replay_row(core, row, observer=self, begins=self._begins, call=self._call)
        if not self.quit and verdict.text is not None:
            if not self._told_missing and verdict.difference is None:
                self._say(verdict.text)
            trace = None if self._error is None else self._error.__traceback__
            while trace is not None and is_machinery(trace.tb_frame):
                trace = trace.tb_next
            if trace is not None:
                self._debugger.post_mortem(trace)
        return verdict

    # -- watching

    def _begins(self, execution: ReplayExecution) -> None:
        self._execution = execution

    def reached(self, operation: Operation, checkpoint: Checkpoint) -> None:
        """Stop at the operation that was asked for."""
        if operation.key == self._at:
            self.reached_at = True
            self._stop(f"operation {operation.key}, {operation}, {self._recorded(checkpoint)}")

    def record_ended(self, operation: Operation) -> None:
        """Stop where the record ends."""
        if operation.key == self._at:
            self.reached_at = True
        self._stop(f"the record ends here: operation {operation.key}, {operation}, is not recorded")

    def differs(self, difference: Difference) -> None:
        """Stop at a difference."""
        if difference.key == self._at:
            self.reached_at = True
        self._stop(str(difference))

    def _recorded(self, checkpoint: Checkpoint) -> str:
        assert self._execution is not None
        unseal = self._execution.engine.unseal
        if checkpoint.error is not None:
            error = values.decode_error(unseal(checkpoint.error))
            return f"raises what is recorded: {type(error).__name__}: {error}"
        if checkpoint.result is None:
            return "is about to be cut short, as it was recorded"
        text = unseal(checkpoint.result).decode(errors="replace")
        return f"returns what is recorded: {text if len(text) <= _SHOWN else f'{text[:_SHOWN]}…'}"

    # -- stopping

    def _stop(self, why: str, frame: FrameType | None = None) -> None:
        with self._lock:
            if self.quit:
                return
            frame = frame or own_frame(sys._getframe(1)) or self._root
            self._say(why)
            if frame is not None and not self._debugger.stop(frame):
                self._leave()

    def _leave(self) -> BaseException:
        self.quit = True
        assert self._execution is not None
        return self._execution.close(Suspended("the debugger was left"))

    # -- the first line and the last

    def _call(self, code: Callable[[], Any]) -> Any:
        sys.setprofile(self._profile)
        if self._at is None and self._debugger.traces:
            sys.settrace(self._trace)
        try:
            return code()
        except Exception as error:
            self._error = error
            raise
        finally:
            self._debugger.close()
            sys.setprofile(None)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        if frame.f_code is not self._code or self._root not in (None, frame):
            return None
        self._root = frame
        return self._first_line

    def _first_line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            sys.settrace(None)
            self._begin(frame)
            return frame.f_trace
        return self._first_line

    def _begin(self, frame: FrameType) -> None:
        assert self._execution is not None
        self._stop(f"workflow {self._execution.id!r} begins", frame)
        if self.quit:
            raise self._leave()

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        if frame.f_code is not self._code:
            return
        if event == "call" and self._root is None:
            self._root = frame
            if self._at is None and not self._debugger.traces:
                self._begin(frame)
        elif event == "return" and frame is self._root and _returns(frame):
            self._last_line(frame)

    def _last_line(self, frame: FrameType) -> None:
        """Stop at the code's end when the record does not end there."""
        execution = self._execution
        assert execution is not None
        if execution.closing is not None or execution.differences:
            return
        missing = left_out(execution)
        if missing is not None:
            self._told_missing = True
            self._stop(str(missing), frame)
        elif not execution.ended:
            self._stop(f"the record ends here: the workflow is {self._state}, and its code has come to its end", frame)


def _returns(frame: FrameType) -> bool:
    """Whether `frame`, which is left, returns, where a coroutine might only wait and an error might pass through."""
    return frame.f_lasti >= 0 and dis.opname[frame.f_code.co_code[frame.f_lasti]] in _RETURNS
