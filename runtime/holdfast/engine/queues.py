"""`engine.queues`: look at queues with limits and change them while they run."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from holdfast.errors import UnknownQueue
from holdfast.store.queues import Limits, Rate

if TYPE_CHECKING:
    from holdfast.engine.core import Core

T = TypeVar("T")


class _Same(Enum):
    SAME = "same"


SAME: Final = _Same.SAME
"""Leaves a limit as it is."""


@dataclass(frozen=True)
class QueueRecord:
    """A queue as it stands in the database.

    Attributes:
        name: its name.
        limits: what may run.
        paused: whether nothing new begins.
        queued: workflows that wait to begin, or to go on.
        begun: workflows that have begun and have not ended.
        oldest: how long the first of the queued ones has been waiting.
    """

    name: str
    limits: Limits
    paused: bool
    queued: int
    begun: int
    oldest: timedelta | None


class Queues:
    """The queues with limits of one database.

    Args:
        core: whose database it is.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    def list(self) -> builtins.list[QueueRecord]:
        """Return every queue, by name."""
        return [
            QueueRecord(
                each.row.name,
                each.row.limits,
                each.row.paused,
                each.queued,
                each.begun,
                None if each.oldest is None else timedelta(seconds=max(0.0, each.oldest)),
            )
            for each in self._core.store.queues.status()
        ]

    def get(self, name: str) -> QueueRecord:
        """Return one queue; raise `UnknownQueue` when there is none of that name."""
        for record in self.list():
            if record.name == name:
                return record
        raise self._unknown(name)

    def pause(self, name: str) -> None:
        """Let nothing new of a queue begin, at any executor. What has begun goes on."""
        self._done(name, self._core.store.queues.pause(name, True))

    def resume(self, name: str) -> None:
        """Undo `pause`."""
        self._done(name, self._core.store.queues.pause(name, False))

    def set(
        self,
        name: str,
        *,
        concurrency: int | _Same | None = SAME,
        per_executor: int | _Same | None = SAME,
        per_partition: int | _Same | None = SAME,
        rate: Rate | _Same | None = SAME,
        partition_rate: Rate | _Same | None = SAME,
    ) -> Limits:
        """Change limits, at once and for every executor; None takes one away. What has begun goes on.

        Returns:
            The limits as they are now.
        """
        found = [row for row in self._core.store.queues.known() if row.name == name]
        if not found:
            raise self._unknown(name)
        given = {
            "concurrency": concurrency,
            "per_executor": per_executor,
            "per_partition": per_partition,
            "rate": rate,
            "partition_rate": partition_rate,
        }
        changes = {key: value for key, value in given.items() if value is not SAME}
        former = {key: getattr(found[0].limits, key) for key in (*given, "partitioned")}
        limits = msgspec.convert({**former, **changes}, Limits, from_attributes=True)
        self._done(name, self._core.store.queues.change(name, limits))
        return limits

    def _done(self, name: str, found: bool) -> None:
        if not found:
            raise self._unknown(name)
        self._core.store.queued("changed")
        self._core.pulse.wake()

    def _unknown(self, name: str) -> UnknownQueue:
        return UnknownQueue(
            f"no queue is named {name!r} in {self._core.store.label}; `holdfast queues list` names them"
        )
