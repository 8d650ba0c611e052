"""How an executor leaves: it hands its work back, waits for what cannot stop at once, and signs off."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from holdfast.errors import Released

if TYPE_CHECKING:
    from holdfast.engine.core import Core

_log = logging.getLogger("holdfast.engine")


def shut(core: Core, drain: float) -> None:
    """Stop to claim, hand running work back at its next durable operation, and leave.

    Args:
        core: of the engine that closes.
        drain: seconds to wait for steps that run; what is still running then is taken over by others at once.
    """
    core.stop_claiming()
    for execution in core.running():
        execution.close(Released(f"the engine hands workflow {execution.id!r} back"))
    leftover = core.await_empty(drain)
    core.committer.close(max(1.0, drain / 2))
    core.waits.give_up()
    if leftover:
        ids = ", ".join(leftover[:5])
        _log.warning("%d workflow(s) did not stop within %g s: %s; others take them over", len(leftover), drain, ids)
        _abandon(core)
    else:
        try:
            core.store.retire(core.executor)
        except Exception as error:
            _log.warning("the executor could not sign off, its lease will run out: %s", error)
    core.threads.close()
    core.loop.close()
    core.store.close()


def _abandon(core: Core) -> None:
    """Give up the lease with what still runs here, so that others need not wait for its end; our writes are fenced."""
    try:
        core.store.expire([core.executor])
        if core.store.take_over(core.most_attempts):
            core.store.queued("queued")
    except Exception as error:
        _log.warning("the executor could not give its work back, its lease will run out: %s", error)
