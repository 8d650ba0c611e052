"""The promise that one entry will be durable."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence

from msgspec import Struct, field

from holdfast.store.records import Entry, Outcome


class Ticket(Struct, eq=False):
    """The promise that one entry will be durable.

    Attributes:
        born: when it was submitted, by the monotonic clock.
        outcome: what became of the entry, once it is decided.
        error: why it could not be written at all, once that is certain.
        locks: one for each thread that waits; opening it wakes the thread. Several branches of one workflow may wait.
        futures: one for each task that waits.
    """

    entry: Entry
    born: float = field(default_factory=time.monotonic)
    outcome: Outcome | None = None
    error: BaseException | None = None
    locks: list[threading.Lock] = field(default_factory=list)
    futures: list[asyncio.Future[None]] = field(default_factory=list)

    def settled(self) -> bool:
        """Whether the entry's fate is decided."""
        return self.outcome is not None or self.error is not None

    def verdict(self) -> Outcome:
        """Return the outcome of a settled ticket, or raise its error."""
        if self.error is not None:
            raise self.error
        assert self.outcome is not None
        return self.outcome


def wake_one(ticket: Ticket) -> bool:
    """Wake a thread that waits for `ticket`; under the committer's mutex. Returns whether there was one."""
    if not ticket.locks:
        return False
    try:
        ticket.locks[-1].release()
    except RuntimeError:
        pass  # an interrupt came before its removal: it is awake
    # Removed afterwards: a thread whose lock is nowhere sleeps for ever.
    del ticket.locks[-1:]
    return True


def wake(batch: Sequence[Ticket]) -> None:
    """Wake all who wait for settled tickets; under the committer's mutex. Done twice it does no harm."""
    tasks: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] | None = None
    for ticket in batch:
        while ticket.locks:
            wake_one(ticket)
        if ticket.futures:
            tasks = {} if tasks is None else tasks
            for future in ticket.futures:
                tasks.setdefault(future.get_loop(), []).append(future)
    if tasks is None:
        return
    here = asyncio._get_running_loop()
    for loop, futures in tasks.items():
        if loop is here:
            _resolve(futures)
            continue
        try:
            loop.call_soon_threadsafe(_resolve, futures)
        except RuntimeError:
            pass  # that loop is closed, and with it everybody who waited


def _resolve(futures: Sequence[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
