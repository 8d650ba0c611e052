"""What operations ask of any store: what to throw away, what is under way where, and whole workflows in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from holdfast.store.messaging import Database

WORKFLOW: Final = (
    "id name version state queue priority epoch attempts signals input digest output error reason parent seed created"
    " started finished ready partition deadline"
).split()
"""The fields of an exported workflow; times are seconds since 1970."""
PARTS: Final[Mapping[str, tuple[str, str, list[str]]]] = {
    # part: (statement that reads, statement that writes, fields)
    "checkpoints": (
        "EXPORT_CHECKPOINTS",
        "IMPORT_CHECKPOINT",
        "key kind name digest result error attempts source epoch started finished due".split(),
    ),
    "messages": ("EXPORT_MESSAGES", "IMPORT_MESSAGE", "id topic body digest sender taken_by sent".split()),
    "values": ("EXPORT_VALUES", "IMPORT_VALUE", "name body set".split()),
    "items": ("EXPORT_ITEMS", "IMPORT_ITEM", "stream position body emitted".split()),
}
"""What belongs to a workflow besides its row."""
_DELETES: Final = ("DELETE_CHECKPOINTS", "DELETE_MESSAGES", "DELETE_VALUES", "DELETE_WAITERS", "DELETE_ITEMS", "DELETE")


class ExecutorRow(Struct, frozen=True):
    """An executor whose lease runs.

    Attributes:
        offers: what it has told of itself, as JSON text; None before.
        running: how many workflows run there.
    """

    id: str
    name: str
    offers: str | None
    started: float
    running: int


class VersionCount(Struct, frozen=True):
    """How many workflows of a version are in a state and have not ended; `oldest` is when the first was started."""

    name: str
    version: str | None
    state: str
    count: int
    oldest: float


class QueueCount(Struct, frozen=True):
    """How many workflows of a queue are in a state; `wait` is how many seconds the longest has been `queued`."""

    queue: str
    state: str
    count: int
    wait: float


class QueuedCount(Struct, frozen=True):
    """How many workflows of a version are `queued` in a queue.

    Attributes:
        held: they would begin, and the queue is paused.
    """

    name: str
    version: str | None
    queue: str
    held: bool
    count: int


class Administration:
    """The operations of operators.

    Args:
        database: the store's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def prune(self, before: float, after: tuple[float, str], name: str | None, most: int) -> list[tuple[str, float]]:
        """Delete at most `most` workflows that ended before a time, with all that belongs to them, in one transaction.

        A child stays until its parent has ended before that time too, or is gone: the parent may still ask for its result.

        Args:
            before: Unix seconds.
            after: (created, id) of the last that the former call deleted, to begin behind it.
            name: only those of this function; None for all.
            most: how many.

        Returns:
            (id, created) of each, in order.
        """
        with self._database.writing() as run:
            rows = run.rows("PRUNE", before=before, after=after[0], after_id=after[1], name=name, most=most)
            if rows:
                ids = [row[0] for row in rows]
                for statement in _DELETES:
                    run.rows(statement, workflows=ids)
        return [(row[0], row[1]) for row in rows]

    def versions(self) -> list[VersionCount]:
        """Return what has not ended, by name, version and state."""
        return [VersionCount(*row) for row in self._database.reading("VERSIONS")]

    def queued(self) -> list[QueuedCount]:
        """Return what waits to be claimed, by queue, name and version."""
        rows = self._database.reading("QUEUED")
        return [QueuedCount(name, version, queue, bool(held), count) for name, version, queue, held, count in rows]

    def offer(self, executor: str, offers: str) -> None:
        """Keep what an executor tells of itself."""
        with self._database.writing() as run:
            run.rows("OFFER", executor=executor, offers=offers)

    def executors(self) -> list[ExecutorRow]:
        """Return every executor whose lease runs."""
        return [ExecutorRow(*row) for row in self._database.reading("EXECUTORS")]

    def load(self) -> list[QueueCount]:
        """Return what has not ended, by queue and state."""
        return [QueueCount(*row) for row in self._database.reading("LOAD_BY_QUEUE")]

    def export(self, workflow: str) -> dict[str, Any] | None:
        """Return everything that is recorded of a workflow; None when there is none."""
        with self._database.writing() as run:  # one transaction, so that all of it is of one moment
            run.rows("LOCK", workflows=[workflow])
            found = run.rows("EXPORT_WORKFLOW", workflow=workflow)
            if not found:
                return None
            exported: dict[str, Any] = {"workflow": dict(zip(WORKFLOW, map(_plain, found[0]), strict=True))}
            for part, (statement, _, fields) in PARTS.items():
                rows = run.rows(statement, workflow=workflow)
                exported[part] = [dict(zip(fields, map(_plain, row), strict=True)) for row in rows]
        return exported

    def import_(self, exported: Mapping[str, Any]) -> bool:
        """Create a workflow from what `export` returned; return False, changing nothing, when its id is in use."""
        workflow: Mapping[str, Any] = exported["workflow"]
        with self._database.writing() as run:
            if not run.rows("IMPORT_WORKFLOW", **{name: workflow[name] for name in WORKFLOW}):
                return False
            for part, (_, statement, fields) in PARTS.items():
                rows: Sequence[Mapping[str, Any]] = exported[part]
                run.many(
                    statement, [{"workflow": workflow["id"], **{name: row[name] for name in fields}} for row in rows]
                )
            run.notify("changed")
        return True


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
