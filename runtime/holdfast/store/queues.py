"""Queues with limits: what is stored of one, and which of its workflows may begin now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from msgspec import Struct, field

from holdfast.store.records import Claimed

HEADS: Final = 500
"""How many partitions one claim looks at; the next one goes on with those that follow."""


class Rate(msgspec.Struct, frozen=True):
    """At most `count` beginnings in any `per` seconds, wherever such a window is put: a sliding log, not a bucket.

    A token bucket (or GCRA) of the same numbers would let up to twice as many begin in some windows.

    Attributes:
        count: how many, at least 1.
        per: seconds, above 0.
    """

    count: int
    per: float = 1.0

    def __post_init__(self) -> None:
        if self.count < 1 or not 0 < self.per < float("inf"):
            raise ValueError(f"`Rate({self.count}, per={self.per:g})`: give a count of 1 or more and seconds above 0")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a queue may run; None is no limit.

    Attributes:
        concurrency: workflows that have begun and have not ended, everywhere.
        per_executor: that run at one executor.
        per_partition: that have begun and have not ended, of each partition.
        rate: of beginnings, everywhere.
        partition_rate: of beginnings in each partition.
        partitioned: whether its workflows belong to partitions, which are served in turn.
    """

    concurrency: int | None = None
    per_executor: int | None = None
    per_partition: int | None = None
    rate: Rate | None = None
    partition_rate: Rate | None = None
    partitioned: bool = False

    def __post_init__(self) -> None:
        for name in ("concurrency", "per_executor", "per_partition"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"`{name}={value}` lets nothing run; give 1 or more, or pause the queue")
        if (self.per_partition is not None or self.partition_rate is not None) and not self.partitioned:
            raise ValueError("a limit for each partition needs `partitioned=True`")


class QueueRow(Struct):
    """A queue as it stands in the database."""

    name: str
    limits: Limits
    paused: bool


class QueueStatus(Struct):
    """A queue and what is in it.

    Attributes:
        queued: workflows that wait to be claimed.
        begun: workflows that hold a slot: they have begun and have not ended.
        oldest: seconds that the first of the queued ones has been waiting, None without any.
    """

    row: QueueRow
    queued: int
    begun: int
    oldest: float | None


class QueueClaim(Struct):
    """What a claim gave.

    Attributes:
        claimed: workflows that this executor now owns.
        again: seconds until more may begin; None when only the end of another workflow or a new one can change that.
        blocked: work was left since a limit was reached.
    """

    claimed: list[Claimed] = field(default_factory=list)
    again: float | None = None
    blocked: bool = False


class Usage(Struct):
    """How much of a queue's limits is used, as it was counted under the queue's lock.

    Attributes:
        begun: workflows that hold a slot.
        own: of those, how many run at the executor that claims.
        returning: workflows that hold a slot and wait to be claimed again, counted up to what can be claimed.
        recent: beginnings within the rate's window.
        rate_wait: seconds until the first of those leaves the window.
    """

    begun: int
    own: int
    returning: int
    recent: int
    rate_wait: float | None


class Head(Struct):
    """A partition where something waits: `waiting` counted up to what can be claimed, the rest as in `Usage`."""

    partition: str
    waiting: int
    begun: int
    recent: int
    rate_wait: float | None


class Allotment(Struct):
    """What may be claimed now.

    Attributes:
        returning: how many of those that hold a slot already.
        fresh: how many of each partition.
        served: the partition after which the next claim begins, None to leave that as it is.
        again: as in `QueueClaim`.
        blocked: as in `QueueClaim`.
    """

    returning: int
    fresh: dict[str, int]
    served: str | None
    again: float | None
    blocked: bool


def allot(limits: Limits, paused: bool, usage: Usage, heads: Sequence[Head], most: int) -> Allotment:
    """Say what may be claimed of a queue.

    Partitions are served in turn, one workflow each, in the order of `heads`, as in round-robin fair queueing (Nagle,
    RFC 970, 1985): a partition with a long backlog delays another by at most one workflow a turn.

    Args:
        limits: the queue's.
        paused: whether new workflows may not begin; those that hold a slot may go on.
        usage: of the queue.
        heads: partitions with work, the one whose turn it is first; at most `HEADS`.
        most: how many the executor can take.
    """
    here = most if limits.per_executor is None else min(most, limits.per_executor - usage.own)
    returning = max(0, min(here, usage.returning))
    waiting = sum(head.waiting for head in heads)
    room = _least([here - returning, _left(limits.concurrency, usage.begun)])
    again = None
    if limits.rate is not None:
        room = min(room, limits.rate.count - usage.recent)
        if limits.rate.count - usage.recent <= 0:
            again = usage.rate_wait
    if paused:
        return Allotment(returning, {}, None, None, False)
    rooms = {head.partition: _room(limits, head) for head in heads}
    fresh, served = _in_turn(rooms, room)
    given = sum(fresh.values())
    if again is None and given < room:
        rate = limits.partition_rate
        waits = [
            head.rate_wait
            for head in heads
            if rate is not None and head.recent + fresh.get(head.partition, 0) >= rate.count
        ]
        again = min((wait for wait in waits if wait is not None), default=None)
        if len(heads) >= HEADS:  # all that were looked at are full: those that follow may not be
            served, again = heads[-1].partition, 0.0
    return Allotment(returning, fresh, served, again, waiting > given)


def _room(limits: Limits, head: Head) -> int:
    rate = limits.partition_rate
    return max(
        0,
        _least(
            [
                head.waiting,
                _left(limits.per_partition, head.begun),
                _left(None if rate is None else rate.count, head.recent),
            ]
        ),
    )


def _left(limit: int | None, used: int) -> int | None:
    return None if limit is None else limit - used


def _least(values: Iterable[int | None]) -> int:
    return min(value for value in values if value is not None)


def _in_turn(rooms: dict[str, int], room: int) -> tuple[dict[str, int], str | None]:
    """Share `room` among partitions, one each in turn; return the shares and who came last."""
    fresh: dict[str, int] = {}
    served = None
    left = {partition: each for partition, each in rooms.items() if each > 0}
    while room > 0 and left:
        for partition in list(left):
            if room <= 0:
                break
            fresh[partition] = fresh.get(partition, 0) + 1
            served = partition
            room -= 1
            left[partition] -= 1
            if not left[partition]:
                del left[partition]
    return fresh, served
