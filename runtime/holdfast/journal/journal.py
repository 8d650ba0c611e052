"""The journal: answers what is recorded at a key, and says exactly what differs when it is something else."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.journal.difference import Difference, Operation
from holdfast.journal.keys import branch_of, counter_of, order_of
from holdfast.store.records import Checkpoint


class Journal:
    """The checkpoints of one workflow, as they were loaded.

    Args:
        checkpoints: in any order; none for a fresh run.

    Attributes:
        fresh: nothing was recorded, so nothing can differ.
    """

    __slots__ = ("_markers", "_reach", "_records", "fresh")

    def __init__(self, checkpoints: Iterable[Checkpoint] = ()) -> None:
        self._records: dict[str, Checkpoint] = {}
        self._markers: set[str] = set()
        self._reach: dict[str, int] = {}  # branch → one past its last recorded counter
        for checkpoint in checkpoints:
            key = checkpoint.key
            if key.startswith("!"):
                self._markers.add(key)
                continue
            self._records[key] = checkpoint
            branch = branch_of(key)
            self._reach[branch] = max(self._reach.get(branch, 0), counter_of(key) + 1)
        self.fresh = not self._records

    def __len__(self) -> int:
        """How many records have not been asked for yet."""
        return len(self._records)

    def take(self, operation: Operation) -> Checkpoint | Difference | None:
        """Return what is recorded for `operation`, each record once.

        Returns:
            The record; a `Difference` when another operation, or this one with other arguments, is recorded at its
            key; None when nothing is recorded yet.
        """
        record = self._records.pop(operation.key, None)
        if record is None:
            branch = branch_of(operation.key)
            if self._reach and counter_of(operation.key) < self._reach.get(branch, 0):
                return Difference(operation.key, self._next_in(branch), operation, "extra")
            return None
        if record.kind != operation.kind or record.name != operation.name:
            return Difference(operation.key, _recorded(record), operation, "operation")
        if record.digest != operation.digest:
            return Difference(operation.key, _recorded(record), operation, "arguments")
        return record

    def replaying(self, branch: str, counter: int) -> bool:
        """Whether operations at or after `counter` in `branch` (a path with its trailing dot) are recorded."""
        return counter < self._reach.get(branch, 0)

    def marked(self, marker: str) -> bool:
        """Whether the marker with this key is recorded."""
        return marker in self._markers

    def leftover(self, abandoned: Iterable[str] = (), main_only: bool = False) -> Difference | None:
        """Return the first recorded operation that the code, which has ended, did not ask for.

        Args:
            abandoned: paths of branches that the code itself gave up (a cancelled task), whose records do not count.
            main_only: leave the records of all branches but the main one out.
        """
        given_up = tuple(abandoned)
        left = [
            key
            for key in self._records
            if not (main_only and branch_of(key)) and not (given_up and key.startswith(given_up))
        ]
        if not left:
            return None
        first = self._records[min(left, key=order_of)]
        return Difference(first.key, _recorded(first), None, "missing")

    def _next_in(self, branch: str) -> Operation | None:
        left = [key for key in self._records if branch_of(key) == branch]
        return _recorded(self._records[min(left, key=counter_of)]) if left else None


def _recorded(record: Checkpoint) -> Operation:
    return Operation(record.key, record.kind, record.name, record.digest, record.source)
