"""What an engine does about what the database notifies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.engine.core import Core


def heard(core: Core, what: str) -> None:
    """Do what a notification asks for.

    Args:
        core: of the engine that hears it.
        what: the kind, and behind a space the id of the workflow that it is about, if it is about one.
    """
    kind, _, id = what.partition(" ")
    if kind == "cancelled":
        core.pulse.look_at_queues()  # it may have held a slot
        for execution in core.running():
            if execution.id == id:
                core.fence(execution)
        if core.waits.expected(id):
            core.pulse.watch()
    elif kind == "stirred":
        core.bells.ring(id)
    elif kind == "changed":
        core.pulse.expect(0.0)  # whatever it was: it may be due at once, or soon
        core.bells.ring_all()
    else:
        core.pulse.wake()
