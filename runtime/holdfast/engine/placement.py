"""Where and when an enqueued workflow may begin: its queue and its place there."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from holdfast.declare.queue import DEFAULT, Queue, declared_queues
from holdfast.errors import UnknownQueue
from holdfast.states import State
from holdfast.store.queues import Limits
from holdfast.store.records import Start

if TYPE_CHECKING:
    from holdfast.engine.core import Core


_LONGEST: Final = 1e10
"""Seconds from which on a time is out of every database's range."""


class Wanted(msgspec.Struct, frozen=True):
    """What `enqueue` and `holdfast.start` are asked for, by the names of their options.

    Attributes:
        queue: None where nothing is said of it.
        delay: seconds until it may begin.
        deadline: how long until it is cancelled unless it has ended, a number of seconds or a timedelta.
    """

    queue: Queue | str | None = None
    priority: int = 0
    delay: float | None = None
    partition: str | None = None
    deduplicate: str | None = None
    deadline: float | timedelta | None = None

    @property
    def seconds(self) -> float | None:
        """The deadline in seconds."""
        return self.deadline.total_seconds() if isinstance(self.deadline, timedelta) else self.deadline

    def check(self) -> None:
        """Raise `ValueError` unless a database can keep all of it, whichever queues it has."""
        if self.delay is not None and not 0 <= self.delay < _LONGEST:
            raise ValueError(f"`delay={self.delay}`: give 0 or more seconds, and less than three centuries")
        if self.seconds is not None and not 0 < self.seconds < _LONGEST:
            raise ValueError(f"`deadline={self.deadline}`: give seconds above 0, and less than three centuries")
        if not -(2**31) <= self.priority < 2**31:
            raise ValueError(f"`priority={self.priority}` does not fit 32 bits")
        key, partition = self.deduplicate, self.partition
        if key is not None and (not key or "\x00" in key or len(key.encode()) > 1000):
            raise ValueError(f"`deduplicate` is a text of 1 to 1000 bytes without NUL, not {key[:40]!r}")
        if partition and ("\x00" in partition or len(partition.encode()) > 200):
            raise ValueError(f"a partition is a text of at most 200 bytes without NUL, not {partition[:40]!r}")

    def identity(self) -> bytes:
        """Return what tells this from other wishes, nothing where nothing is asked for."""
        if self == Wanted():
            return b""
        queue = self.queue.name if isinstance(self.queue, Queue) else self.queue
        delay, length = (None if each is None else float(each) for each in (self.delay, self.seconds))
        return b"\0" + msgspec.json.encode([queue, self.priority, delay, self.partition, self.deduplicate, length])


class Placement(msgspec.Struct, frozen=True):
    """A wish that the database can fulfil.

    Attributes:
        delay: seconds until it may begin.
        deduplicate: of those with this key in the queue, only one exists until it has ended.
        deadline: seconds until it is cancelled unless it has ended.
    """

    queue: str = DEFAULT
    priority: int = 0
    delay: float | None = None
    partition: str = ""
    deduplicate: str | None = None
    deadline: float | None = None

    def apply(self, start: Start) -> Start:
        """Change `start` so that executors claim it from this place."""
        start.state = State.DELAYED if self.delay else State.QUEUED
        start.executor, start.epoch = None, 0
        start.queue, start.priority, start.delay = self.queue, self.priority, self.delay
        start.partition, start.deduplication, start.deadline = self.partition, self.deduplicate, self.deadline
        return start


class KnownQueues:
    """The queues that this process has declared to its database, or has found there.

    Args:
        core: whose store they are in.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = threading.Lock()
        self._limits: dict[str, Limits] = {}

    def declare_all(self) -> None:
        """Enter the queues that were declared in this process."""
        for queue in declared_queues():
            self.declare(queue)

    def declare(self, queue: Queue) -> None:
        """Enter one queue, once."""
        if self._limits.get(queue.name) == queue.limits:
            return
        if self._core.store.queues.declare(queue.name, queue.limits):
            self._core.store.queued("changed")  # executors that have never heard of it look for it
        self._core.pulse.know_queue(queue.name)
        with self._lock:
            self._limits[queue.name] = queue.limits

    def find(self, queue: Queue | str) -> tuple[str, Limits]:
        """Return the name and the limits of a queue; raise `UnknownQueue` when there is none."""
        if isinstance(queue, Queue):
            self.declare(queue)
            return queue.name, queue.limits
        found = self._limits.get(queue)
        if found is None:
            for declared in declared_queues():
                if declared.name == queue:
                    self.declare(declared)
            with self._lock:
                for row in self._core.store.queues.known():
                    self._limits.setdefault(row.name, row.limits)
            found = self._limits.get(queue)
        if found is None:
            names = ", ".join(repr(name) for name in sorted(self._limits)) or "none"
            raise UnknownQueue(
                f"no queue is named {queue!r} in {self._core.store.label} (there is {names}); declare it with"
                f" `holdfast.Queue({queue!r}, …)`"
            )
        self._core.pulse.know_queue(queue)
        return queue, found


def placed(core: Core, wanted: Wanted) -> Placement:
    """Check what `enqueue` was given and return it.

    Raises:
        UnknownQueue: there is no such queue.
        ValueError: the queue has partitions and none was named, or the other way round; or a number is out of range.
    """
    wanted.check()
    queue, partition = wanted.queue or DEFAULT, wanted.partition
    if queue == DEFAULT:
        if partition is not None:
            raise ValueError("the default queue has no partitions; declare a `holdfast.Queue(…, partitioned=True)`")
        name = DEFAULT
    else:
        core.require_open()
        name, limits = core.queues.find(queue)
        if limits.partitioned and not partition:
            raise ValueError(f"the queue {name!r} has partitions; say which with `partition=`")
        if partition and not limits.partitioned:
            raise ValueError(f"the queue {name!r} has no partitions; declare it with `partitioned=True`")
    return Placement(name, wanted.priority, wanted.delay, partition or "", wanted.deduplicate, wanted.seconds)
