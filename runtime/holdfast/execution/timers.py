"""Timers that workflow code has set on its event loop: while one runs, the workflow stays in memory.

`asyncio.timeout(5)` around a durable sleep of a day lives in this process only: a workflow that was suspended would
sleep through it. Timers of the loop are no part of its public face; each keeps the context it was set in, and that names the
branch. On a loop that does not show its timers (uvloop) none are found.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING

from holdfast.execution.scope import Branch, scope

if TYPE_CHECKING:
    from holdfast.execution.execution import Execution

own_wait: ContextVar[bool] = ContextVar("holdfast_own_wait", default=False)
"""Set while a timer is one of the engine's own waits in workflow code."""


def code_has_timer(execution: Execution) -> bool:
    """Return whether code of `execution` waits for a timer of the running event loop; False outside of one."""
    loop = asyncio._get_running_loop()
    for timer in tuple(getattr(loop, "_scheduled", ())):
        context = getattr(timer, "_context", None)
        if context is None or timer.cancelled():
            continue
        branch = context.get(scope)
        if type(branch) is Branch and branch.execution is execution and not context.get(own_wait, False):
            return True
    return False
