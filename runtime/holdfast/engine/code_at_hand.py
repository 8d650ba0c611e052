"""Which workflows an executor can run: those whose code it has, as far as that code was checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from holdfast.declare import Workflow, registered
from holdfast.engine.load import Offers
from holdfast.store.administration import QueuedCount

if TYPE_CHECKING:
    from holdfast.engine.core import Core


class CodeAtHand:
    """What is declared in this process, whenever it was declared.

    Args:
        core: of the engine that claims by it.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._offers: tuple[int, list[str], list[str]] = (-1, [], [])
        self._told: Offers | None = None

    def offers(self) -> tuple[list[str], list[str]]:
        """Return the names and the versions of the workflows whose code is at hand."""
        workflows = registered()
        if self._offers[0] != len(workflows):
            from holdfast.declare.version import fix_versions

            fix_versions(workflows.values())
            names = sorted(name for name, workflow in workflows.items() if self._is_checked(workflow))
            self._offers = (len(workflows), names, [workflows[name].version for name in names])
        return self._offers[1], self._offers[2]

    def tell(self) -> None:
        """Let operators see which code this executor has, when that has changed."""
        told = self._own()
        if told != self._told:
            self._core.store.administration.offer(self._core.executor, msgspec.json.encode(told).decode())
            self._told = told

    def is_idle(self) -> bool:
        """Whether nothing runs here and nothing waits that this executor could run now; a paused queue's work cannot."""
        return not self._core.running() and all(each.held for each in self.waiting())

    def waiting(self) -> list[QueuedCount]:
        """Return what is queued whose code this executor has, in the queues that it serves."""
        own = self._own()
        return [
            each
            for each in self._core.store.administration.queued()
            if own.include(each.name, each.version) and self._core.serves(each.queue)
        ]

    def _own(self) -> Offers:
        names, versions = self.offers()
        return Offers(names, versions, self._core.any_version, self._core.concurrency)

    def _is_checked(self, workflow: Workflow[Any, Any]) -> bool:
        """Whether a workflow, maybe declared since the launch, may run here."""
        checked = self._core.checked
        return checked is None or not checked.refuses(workflow)
