"""Cancelling workflows, one or many, by someone's wish or because their deadline has passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from holdfast.engine.finding import row_of
from holdfast.states import State

if TYPE_CHECKING:
    from holdfast.engine.core import Core

_OVERDUE: Final = "its deadline has passed"


def cancel(core: Core, id: str, children: bool = True) -> bool:
    """Cancel a workflow (and its descendants); return whether it was cancelled."""
    changed = cancel_many(core, [id], children)
    if not changed:
        row_of(core, id)
    return id in changed


def cancel_many(core: Core, ids: Sequence[str], children: bool) -> list[str]:
    """Cancel workflows (and their descendants); return the ids that were cancelled."""
    changed = core.store.cancel(list(ids), children)
    _stop(core, changed)
    return changed


def cancel_overdue(core: Core, ids: list[str]) -> None:
    """Cancel workflows whose deadline has passed, and what they called."""
    _stop(core, core.store.cancel(ids, True, _OVERDUE), _OVERDUE)


def _stop(core: Core, cancelled: Iterable[str], reason: str | None = None) -> None:
    """Stop what runs here of the workflows that were cancelled, and tell whoever waits for them."""
    ids = set(cancelled)
    for execution in core.running():
        if execution.id in ids:
            core.fence(execution)
    for each in ids:
        core.waits.settle(each, State.CANCELLED, reason=reason)
    if ids:
        core.pulse.look_at_queues()
