"""What `Queue` declares."""

from __future__ import annotations

import threading
from typing import Final

from holdfast.store.queues import Limits, Rate

DEFAULT: Final = "default"
"""The queue of everything that names none. It has no limits."""

_queues: dict[str, Queue] = {}
_lock = threading.Lock()


class Queue:
    """A queue with limits, which hold exactly over all executors.

    Declare it once, at module level; engines enter it in their database when they are launched. What `engine.queues.set` or
    `holdfast queues set` changes stays changed until the declaration itself is another one.

    Args:
        name: names it in the database.
        concurrency: how many of its workflows may have begun and not have ended, everywhere. One that sleeps or waits
            has not ended.
        per_executor: how many may run at one executor.
        per_partition: like `concurrency`, for each partition.
        rate: how many may begin in a window of time, everywhere.
        partition_rate: like `rate`, for each partition.
        partitioned: its workflows belong to partitions (customers, accounts …), which are served in turn; implied by
            limits for each partition.
    """

    __slots__ = ("limits", "name")

    def __init__(
        self,
        name: str,
        *,
        concurrency: int | None = None,
        per_executor: int | None = None,
        per_partition: int | None = None,
        rate: Rate | None = None,
        partition_rate: Rate | None = None,
        partitioned: bool = False,
    ) -> None:
        if not name or "\x00" in name or len(name.encode()) > 200:
            raise ValueError(f"a queue's name has 1 to 200 bytes and no NUL character, not {name[:40]!r}")
        if name == DEFAULT:
            raise ValueError(f"the queue {DEFAULT!r} has no limits; give this one another name")
        self.name = name
        self.limits = Limits(
            concurrency=concurrency,
            per_executor=per_executor,
            per_partition=per_partition,
            rate=rate,
            partition_rate=partition_rate,
            partitioned=partitioned or per_partition is not None or partition_rate is not None,
        )
        with _lock:
            _queues[name] = self

    def __repr__(self) -> str:
        return f"<Queue {self.name!r}>"


def declared_queues() -> list[Queue]:
    """Return every queue that was declared in this process."""
    with _lock:
        return list(_queues.values())


def forget_queue(name: str) -> None:
    """Forget the declaration of a queue: a test that made it is over."""
    with _lock:
        _queues.pop(name, None)
