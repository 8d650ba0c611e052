"""What operators do with many workflows at once, and with whole ones: the part of `Client` that is for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from holdfast.engine.cancelling import cancel_many
from holdfast.engine.core import Core
from holdfast.engine.exporting import as_data, as_json
from holdfast.engine.finding import no_workflow
from holdfast.engine.handle import Handle
from holdfast.engine.ids import check_id
from holdfast.engine.load import Load, VersionWork, load, versions
from holdfast.engine.resuming import fork, resume
from holdfast.errors import IllegalTransition, UnknownWorkflow, WorkflowConflict
from holdfast.states import OPEN, State, named_states
from holdfast.store import Selection

if TYPE_CHECKING:
    from holdfast.store.records import Row

_AT_ONCE: Final = 100
"""Workflows that one transaction cancels."""


class Operating:
    """Bulk forms, retention, export and import, and what is going on."""

    _core: Core

    # -- many workflows

    def matching(
        self,
        *,
        state: State | str | Iterable[State | str] | None = None,
        name: str | None = None,
        version: str | None = None,
        queue: str | None = None,
        parent: str | None = None,
        prefix: str | None = None,
        older_than: timedelta | datetime | None = None,
        limit: int | None = None,
    ) -> Iterator[str]:
        """Yield the ids of the workflows that fit all that is given, the newest first, read page by page.

        Args:
            state: a state or several.
            name: of their function.
            version: of their code.
            queue: that they were enqueued on.
            parent: id of the workflow that called them.
            prefix: that their ids begin with.
            older_than: started before this moment, or so long ago.
            limit: how many at most.
        """
        return (row.id for row in self._rows(state, name, version, queue, parent, prefix, older_than, limit))

    def _rows(
        self,
        state: State | str | Iterable[State | str] | None,
        name: str | None,
        version: str | None,
        queue: str | None,
        parent: str | None,
        prefix: str | None,
        older_than: timedelta | datetime | None,
        limit: int | None,
    ) -> Iterator[Row]:
        from holdfast.replay.source import pages  # executors begin without what replays

        selection = Selection(
            states=named_states(state),
            name=name,
            queue=queue,
            parent=parent,
            prefix=prefix,
            created_before=None if older_than is None else self._moment(older_than),
        )
        found = 0
        for row in pages(self._core.store, selection, None if version is not None else limit):
            if version is None or row.version == version:
                yield row
                found += 1
                if found == limit:
                    return

    def _moment(self, of: timedelta | datetime) -> float:
        return self._core.store.now() - of.total_seconds() if isinstance(of, timedelta) else of.timestamp()

    def cancel_all(self, *, children: bool = True, **filters: Any) -> list[str]:
        """Cancel every workflow that fits.

        Args:
            children: cancel those that they called, and theirs, too.
            filters: as for `matching`; without a `state` those that have not ended.

        Returns:
            The ids of all that were cancelled, children included.
        """
        filters.setdefault("state", OPEN | {State.STUCK})
        cancelled: list[str] = []
        for ids in _chunks(list(self.matching(**filters))):
            cancelled += cancel_many(self._core, ids, children)
        return cancelled

    def resume_all(self, **filters: Any) -> list[str]:
        """Resume every workflow that fits, as `resume` does.

        Args:
            filters: as for `matching`; without a `state` those that are stuck or have failed.

        Returns:
            The ids of those that were resumed; what others have resumed meanwhile is left out.
        """
        filters.setdefault("state", (State.STUCK, State.FAILED))
        resumed = []
        for id in list(self.matching(**filters)):
            try:
                resume(self._core, id)
            except (IllegalTransition, UnknownWorkflow):
                continue  # somebody was faster
            resumed.append(id)
        return resumed

    def fork_all(self, *, at: str | int | None = None, **filters: Any) -> list[Handle[Any]]:
        """Fork every workflow that fits, as `fork` does.

        Args:
            at: the key (or number) of the first checkpoint that is not copied; None copies all.
            filters: as for `matching`; without a `state` those that are stuck or have failed.

        Returns:
            Handles of the new workflows.
        """
        filters.setdefault("state", (State.STUCK, State.FAILED))
        return [fork(self._core, id, at, None) for id in list(self.matching(**filters))]

    def wait_any(self, handles: Sequence[Handle[Any]], timeout: float | None = None) -> Handle[Any]:
        """Wait until one of some workflows has settled, and return its handle: `result()` answers at once then.

        Args:
            handles: at least one.
            timeout: seconds to wait at most.

        Raises:
            TimeoutError: none has settled in time; they go on.
        """
        if not handles:
            raise ValueError("`wait_any` needs at least one handle")
        index = self._core.waits.wait_any([each._completion for each in handles], timeout)
        if index is None:
            raise TimeoutError(f"none of {len(handles)} workflows has settled within {timeout:g} s; they go on")
        return handles[index]

    # -- retention

    def prune(
        self,
        older_than: timedelta | datetime,
        *,
        name: str | None = None,
        batch: int = 500,
        pause: float = 0.05,
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """Delete the workflows that ended before some time, with their checkpoints, messages, values and streams.

        In small transactions, each of which an autovacuum can clean up after; it can be stopped and repeated at any time.
        A child stays as long as its parent has not ended, or ended later.

        Args:
            older_than: a moment, or how long ago.
            name: only those of this function.
            batch: how many workflows one transaction deletes.
            pause: seconds between transactions, to leave the database to others.
            progress: is called after each transaction with how many are deleted so far.

        Returns:
            How many were deleted.
        """
        if batch < 1:
            raise ValueError(f"`batch={batch}`: give 1 or more")
        self._core.require_open()
        before = self._moment(older_than)
        deleted = 0
        after = (0.0, "")
        while True:
            gone = self._core.store.administration.prune(before, after, name, batch)
            deleted += len(gone)
            if progress is not None and gone:
                progress(deleted)
            if len(gone) < batch:
                return deleted
            after = (gone[-1][1], gone[-1][0])
            time.sleep(pause)

    # -- whole workflows

    def export(self, id: str) -> str:
        """Return everything that is recorded of a workflow as JSON, for `import_` into any database.

        Payloads are as they are stored: with a codec, encrypted.
        """
        exported = self._core.store.administration.export(check_id(id))
        if exported is None:
            raise no_workflow(id, self._core.store.label)
        return as_json(exported)

    def import_(self, text: str) -> Handle[Any]:
        """Create a workflow from what `export` returned, checkpoints, messages, values and streams included.

        It goes on from there: one that was running is queued.

        Raises:
            WorkflowConflict: its id is in use.
            ValueError: the text is not an export.
        """
        exported = as_data(text)
        id = check_id(exported["workflow"]["id"])
        if not self._core.store.administration.import_(exported):
            raise WorkflowConflict(
                f"the workflow id {id!r} is in use in {self._core.store.label}; nothing was imported"
            )
        self._core.pulse.wake()
        return Handle(self._core, id, self._core.waits.completion(id))

    # -- what is going on

    def versions(self) -> list[VersionWork]:
        """Return which versions have work that has not ended, and which live executors have their code."""
        return versions(self._core)

    def load(self) -> Load:
        """Return how much there is to do and how busy the executors are, as a signal for autoscaling."""
        return load(self._core)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
