"""One recorded workflow under a debugger: its code runs again, every operation returns what is recorded, nothing is done.

`session` decides where to stop and says why; `debuggers` are what it stops in: pdb, debugpy, or `breakpoint()`.
"""

from __future__ import annotations

from holdfast.debugging.debuggers import Debugger, DebuggerMissing, debugger_named
from holdfast.debugging.session import Session

__all__ = ["Debugger", "DebuggerMissing", "Session", "debugger_named"]
