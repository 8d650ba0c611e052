"""Who in this process waits for which workflow, wherever that runs, and how they hear of its end."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from holdfast import values
from holdfast.declare import workflow_named
from holdfast.engine.completion import Completion, Settled
from holdfast.errors import EngineClosed
from holdfast.states import SETTLED, State
from holdfast.store.records import Row

if TYPE_CHECKING:
    from holdfast.engine.core import Core


class Waits:
    """The completions that somebody holds, by workflow.

    Args:
        core: whose store is asked about workflows that do not run here.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = threading.Lock()
        self._completions: weakref.WeakValueDictionary[str, Completion] = weakref.WeakValueDictionary()

    def completion(self, id: str) -> Completion:
        """Return what this process waits for the workflow `id` on."""
        with self._lock:
            found = self._completions.get(id)
            if found is None:
                found = self._completions[id] = Completion(id)
            return found

    def settle(
        self,
        id: str,
        state: State,
        result: Any = None,
        error: BaseException | None = None,
        reason: str | None = None,
    ) -> None:
        """Tell whoever waits for the workflow `id` that it has settled."""
        completion = self._completions.get(id)
        if completion is not None:
            completion.settle(state, result, error, reason)

    def reopen(self, id: str) -> None:
        """Forget that the workflow `id` had settled, since it was resumed."""
        completion = self._completions.get(id)
        if completion is not None:
            completion.reopen()

    def expected(self, id: str) -> bool:
        """Whether somebody waits for the workflow `id` now."""
        completion = self._completions.get(id)
        return completion is not None and completion.waiters > 0

    def watched(self, local: Iterable[str]) -> list[str]:
        """Return the ids that somebody waits for, without the `local` ones, which run here."""
        here = set(local)
        return [each.id for each in self._waited() if each.id not in here]

    def _waited(self) -> list[Completion]:
        with self._lock:
            return [each for each in self._completions.values() if each.waiters and each.state is None]

    def give_up(self) -> None:
        """Nobody here hears of workflows any more: end the waits for them."""
        for each in self._waited():
            closed = EngineClosed(
                f"the engine was closed while workflow {each.id!r} was waited for; it goes on elsewhere"
            )
            each.settle(State.FAILED, None, closed, None)

    def settle_from(self, row: Row) -> None:
        """Settle the completion of a workflow that another executor has ended."""
        if row.id not in self._completions or row.state not in SETTLED:
            return
        result: Any = None
        error: BaseException | None = None
        try:
            if row.output is not None:
                workflow = workflow_named(row.name)
                annotation = Any if workflow is None else workflow.signature.result
                data = self._core.unseal(row.output)
                result = values.decode(data, annotation, where=f"the result of workflow {row.id!r}")
            elif row.error is not None:
                error = values.decode_error(self._core.unseal(row.error))
        except values.UndecodableValue as undecodable:
            self.settle(row.id, State.FAILED, error=undecodable)
            return
        self.settle(row.id, row.state, result, error, row.reason)

    def look(self, completion: Completion) -> Settled | None:
        """Ask the database about a workflow that does not run here; return how it has settled, if it has."""
        if completion.state in (None, State.STUCK) and not self._core.is_local(completion.id):
            row = self._core.row(completion.id)
            if row is not None:
                if completion.state is State.STUCK and row.state is not State.STUCK:
                    completion.reopen()
                self.settle_from(row)
        return completion.settled

    def wait(self, completion: Completion, timeout: float | None) -> Settled | None:
        """Wait for a workflow wherever it runs; return None when `timeout` seconds were not enough."""
        with completion:  # before the pulse is told, which forgets whom nobody waits for
            settled = self.look(completion)
            if settled is None:
                self._core.pulse.watch()
                settled = completion.wait(timeout)
        return settled

    def wait_any(self, completions: Sequence[Completion], timeout: float | None) -> int | None:
        """Wait for the first of several workflows; return its position, None when `timeout` seconds were not enough."""
        with ExitStack() as waiting:
            for each in completions:
                waiting.enter_context(each)
            event = threading.Event()
            for each in completions:
                each.tell(event)
                self.look(each)
            self._core.pulse.watch()
            event.wait(timeout)
            for each in completions:
                each.forget(event)
        return next((index for index, each in enumerate(completions) if each.settled is not None), None)

    async def wait_async(self, completion: Completion) -> Settled:
        """Like `wait`, for a task."""
        with completion:
            settled = completion.settled
            if settled is None and not self._core.is_local(completion.id):
                settled = await asyncio.get_running_loop().run_in_executor(None, self.look, completion)
            while settled is None:
                self._core.pulse.watch()
                settled = await completion.wait_async(None)
        return settled
