"""Group commit: whoever waits for durability first commits everything that has gathered; the others wait for that.

A thread that waits for its ticket and finds nobody committing becomes the leader: it takes the queue, commits it as one
transaction, and wakes those whose tickets were in it. Alone it costs one round trip; under load hundreds of checkpoints
share one. Coroutines cannot block, so a background thread leads for them, and for tickets that nobody waits for yet.

The scheme is the group commit of databases (DeWitt et al., "Implementation Techniques for Main Memory Database
Systems", SIGMOD 1984), with the leader hand-off as in RocksDB's write thread.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

from holdfast.errors import EngineClosed, StoreUnavailable
from holdfast.store.port import Store
from holdfast.store.records import Entry, Outcome

_log = logging.getLogger("holdfast.engine")

MOST: Final = 1000
"""Entries in one transaction: past this the cost of a row no longer falls (measured, see `benchmarks/runtime`)."""

_LINGER: Final = 0.005
"""Seconds after which a ticket that nobody waits for is committed anyway."""

_DROWSY: Final = 0.1
"""Seconds without work after which the background thread sleeps until called: waking it costs more than a look."""

_RETRY_FIRST: Final = 0.05
_RETRY_MOST: Final = 2.0


class Ticket:
    """The promise that one entry will be durable.

    Attributes:
        outcome: what became of the entry, once it is decided.
        error: why it could not be written at all, once that is certain.
    """

    __slots__ = ("born", "entry", "error", "futures", "locks", "outcome", "urgent")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.born = time.monotonic()
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None
        # Several branches of one workflow may wait for the same ticket.
        self.locks: list[threading.Lock] = []
        self.futures: list[asyncio.Future[None]] = []
        self.urgent = False

    def settled(self) -> bool:
        """Whether the entry's fate is decided."""
        return self.outcome is not None or self.error is not None

    def verdict(self) -> Outcome:
        """Return the outcome of a settled ticket, or raise its error."""
        if self.error is not None:
            raise self.error
        assert self.outcome is not None
        return self.outcome


class Committer:
    """Makes entries durable, in the order in which they were submitted.

    Args:
        store: where to.
        sleep: how to wait between attempts while the database is away.
    """

    def __init__(self, store: Store, sleep: Callable[[float], None] = time.sleep) -> None:
        self._store = store
        self._sleep = sleep
        self._mutex = threading.Lock()
        self._queue: list[Ticket] = []
        self._leading = False
        self._armed = False
        self._last = 0.0
        self._closed = False
        self._abandoned = False
        self._idle = threading.Condition(self._mutex)
        self._background: threading.Thread | None = None
        self._call = threading.Event()  # there is something to commit, sooner or later
        self._hurry = threading.Event()  # somebody who cannot lead waits for it

    # -- submitting

    def submit(self, entry: Entry) -> Ticket:
        """Queue `entry`; it becomes durable when somebody waits for it, or a few milliseconds from now.

        Raises:
            EngineClosed: the committer was closed.
        """
        ticket = Ticket(entry)
        with self._mutex:
            if self._closed:
                raise EngineClosed("the engine is closed, so nothing can be recorded any more")
            self._queue.append(ticket)
        if not self._armed:
            self._armed = True
            self._call_background()
        return ticket

    def wait(self, ticket: Ticket) -> Outcome:
        """Block until `ticket` is settled, committing as leader if nobody does; return its outcome."""
        while not ticket.settled():
            with self._mutex:
                if ticket.settled():
                    break
                if self._leading:
                    # Locks are the cheapest thing that a thread can sleep on; the leader opens it.
                    lock = threading.Lock()
                    lock.acquire()
                    ticket.locks.append(lock)
                else:
                    lock = None
                    self._leading = True
            if lock is None:
                self._lead(ticket)
            else:
                lock.acquire()
        return ticket.verdict()

    async def wait_async(self, ticket: Ticket) -> Outcome:
        """Like `wait`, for a coroutine: the background thread commits."""
        if not ticket.settled():
            loop = asyncio.get_running_loop()
            with self._mutex:
                if not ticket.settled():
                    future = loop.create_future()
                    ticket.futures.append(future)
                    ticket.urgent = True
                else:
                    future = None
            if future is not None:
                if not self._hurry.is_set():
                    self._hurry.set()
                await future
        return ticket.verdict()

    # -- leading

    def _lead(self, own: Ticket | None) -> None:
        """Commit batches until `own` is settled (or the queue is empty), then pass leadership on."""
        try:
            while True:
                with self._mutex:
                    batch = self._queue[:MOST]
                    del self._queue[: len(batch)]
                if not batch:
                    break
                self._commit(batch)
                self._wake(batch)
                if own is not None and own.settled():
                    break
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        with self._mutex:
            self._leading = False
            heir = None
            for ticket in self._queue:
                if ticket.locks:
                    heir = ticket
                    break
            if heir is not None:
                heir.locks.pop().release()  # it wakes unsettled, finds nobody leading, and leads
            urgent = heir is None and any(ticket.urgent for ticket in self._queue)
            if not self._queue:
                self._idle.notify_all()
        if urgent:
            self._hurry.set()

    def _commit(self, batch: Sequence[Ticket]) -> None:
        """Settle every ticket of `batch`; waits as long as the database is away."""
        entries = [ticket.entry for ticket in batch]
        pause = _RETRY_FIRST
        again = False
        while True:
            try:
                outcomes = self._store.commit(entries, again)
            except StoreUnavailable as error:
                if self._abandoned:
                    for ticket in batch:
                        ticket.error = error
                    return
                _log.warning("%s; trying again in %.2f s", error, pause)
                self._sleep(pause * (0.5 + random.random() / 2))
                pause = min(pause * 2, _RETRY_MOST)
                again = True
            except Exception as error:
                self._isolate(batch, error)
                return
            else:
                for ticket, outcome in zip(batch, outcomes, strict=True):
                    ticket.outcome = outcome
                return

    def _isolate(self, batch: Sequence[Ticket], error: Exception) -> None:
        """One entry of `batch` cannot be written: give the others their chance."""
        if len(batch) == 1:
            batch[0].error = error
            return
        half = len(batch) // 2
        self._commit(batch[:half])
        self._commit(batch[half:])

    def _wake(self, batch: Sequence[Ticket]) -> None:
        futures: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
        with self._mutex:
            for ticket in batch:
                for lock in ticket.locks:
                    lock.release()
                ticket.locks.clear()
                for future in ticket.futures:
                    futures.setdefault(future.get_loop(), []).append(future)
        for loop, ready in futures.items():
            try:
                loop.call_soon_threadsafe(_resolve, ready)
            except RuntimeError:
                pass  # that loop is closed, and with it everybody who waited

    # -- the background thread

    def _call_background(self) -> None:
        if self._background is None:
            with self._mutex:
                if self._background is None:
                    self._background = threading.Thread(target=self._serve, name="holdfast-committer", daemon=True)
                    self._background.start()
        self._call.set()

    def _serve(self) -> None:
        while True:
            self._call.wait()
            self._call.clear()
            while self._tick():
                pass
            if self._closed and not self._queue:
                return

    def _tick(self) -> bool:
        """Commit what has waited long enough or is urgent; return False when there has been nothing for some time.

        Tickets that nobody waits for are left for a moment: most often a thread will wait, and then leads itself.
        """
        hurried = self._hurry.wait(_LINGER)
        self._hurry.clear()
        now = time.monotonic()
        with self._mutex:
            if not self._queue:
                if self._closed or now - self._last > _DROWSY:
                    self._armed = False
                    return False
                return True
            self._last = now
            if self._leading or not (hurried or self._closed or now - self._queue[0].born >= _LINGER):
                return True
            self._leading = True
        self._lead(None)
        return True

    # -- ending

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until everything submitted is durable; return False when `timeout` seconds were not enough."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._mutex:
            while self._queue or self._leading:
                if self._queue and not self._leading:
                    self._hurry.set()
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self._idle.wait(left)
        return True

    def close(self, timeout: float = 5.0) -> None:
        """Flush for at most `timeout` seconds, then end the background thread; what is left is given up."""
        self.flush(timeout)
        with self._mutex:
            self._closed = True
            self._abandoned = True
        self._hurry.set()
        self._call.set()
        if self._background is not None:
            self._background.join(timeout)


def _resolve(futures: Sequence[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
