"""Group commit: whoever waits for durability first commits everything that has gathered; the others wait for that.

A thread that waits for its ticket and finds nobody committing becomes the leader: it takes the queue, commits it as one
transaction, and wakes those whose tickets were in it. Alone it costs one round trip; under load hundreds of checkpoints
share one. Coroutines must not block: where the store can send without waiting, their event loop leads and goes on with
other tasks until the answer comes; elsewhere a background thread leads for them, and for tickets that nobody waits for.

The scheme is the group commit of databases (DeWitt et al., "Implementation Techniques for Main Memory Database
Systems", SIGMOD 1984), with the leader hand-off as in RocksDB's write thread.

Nobody may sleep for ever, whatever happens to a leader. The rules that see to it:

- A ticket is in the queue, or in the leader's batch, or settled. Who sleeps has entered its lock or future in the ticket,
  under the mutex, while somebody led or the background thread had been called.
- Who stops to lead, on whatever path, looks under the mutex for somebody who sleeps, and wakes one to lead.
- An interrupt (KeyboardInterrupt, SystemExit of a signal handler) can strike the main thread between any two calls. So a
  leader gives up its lead by plain assignments, and its batch stays where the next leader finds it.
- The background thread looks every few milliseconds as long as anything is outstanding: it leads when nobody does, and
  takes an answer over that an event loop has not fetched, because it is blocked or gone.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from holdfast.committer.settler import Settler
from holdfast.committer.ticket import Ticket, wake, wake_one
from holdfast.errors import EngineClosed
from holdfast.store.port import Flight, Store
from holdfast.store.records import Entry, Outcome

_log = logging.getLogger("holdfast.engine")

MOST: Final = 1000
"""Entries in one transaction: past this the cost of a row no longer falls (measured, see `benchmarks/runtime`)."""

_LINGER: Final = 0.005
"""Seconds after which a ticket that nobody waits for is committed anyway."""

_DROWSY: Final = 0.1
"""Seconds without work after which the background thread sleeps until called: waking it costs more than a look."""

_AFTER_FAILURE: Final = 0.05
"""Seconds that the background thread rests after a failure of its own."""


class Committer:
    """Makes entries durable, in the order in which they were submitted.

    Args:
        store: where to.
        sleep: how to wait between attempts while the database is away.
    """

    def __init__(self, store: Store, sleep: Callable[[float], None] = time.sleep) -> None:
        self._store = store
        # Looked up on the class: what wraps a store and passes unknown names on must see every commit.
        self._sends = getattr(type(store), "send", None) is not None
        self._settler = Settler(store, sleep)
        self._mutex = threading.Lock()
        self._queue: list[Ticket] = []
        self._batch: list[Ticket] = []  # what the leader has taken and not finished with
        self._leader: object = None  # who leads: a thread's ident, or the loop that waits for a flight
        self._flight: Flight | None = None
        self._suspect: Flight | None = None  # an answer that its loop had not fetched at the last look
        self._grounded = False  # the next leader must be a thread: a loop could not send
        self._scheduled: object = None  # the loop that will lead at the end of its round
        self._again = False  # a leader died, so part of its batch may be durable
        self._size = 1  # of the last batch
        self._armed = False
        self._last = 0.0
        self._closed = False
        self._idle = threading.Condition(self._mutex)
        self._flushing = 0
        self._background: threading.Thread | None = None
        self._urgent = False  # somebody who cannot lead waits
        self._bell = threading.Lock()  # opened to wake the background thread
        self._bell.acquire()

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
                self._ring()
                self._armed = True  # after the ring: an interrupt in between must not leave the thread asleep
        return ticket

    def wait(self, ticket: Ticket) -> Outcome:
        """Block until `ticket` is settled, committing as leader if nobody does; return its outcome."""
        me = threading.get_ident()
        while ticket.outcome is None and ticket.error is None:
            lock = None
            try:
                with self._mutex:
                    if ticket.settled():
                        break
                    if self._leader is None:
                        self._leader = me
                        self._take()
                    else:
                        # Locks are the cheapest thing that a thread can sleep on; the leader opens it.
                        lock = threading.Lock()
                        lock.acquire()
                        ticket.locks.append(lock)
                if lock is None:
                    self._lead(me, ticket)
                else:
                    lock.acquire()
            except BaseException:
                if self._leader == me:
                    self._leader = None  # no call comes before this, so no second interrupt either
                self._withdraw(ticket, lock)
                raise
        return ticket.verdict()

    async def wait_async(self, ticket: Ticket) -> Outcome:
        """Like `wait`, for a coroutine: its loop leads, or the background thread."""
        while ticket.outcome is None and ticket.error is None:
            loop = asyncio.get_running_loop()
            with self._mutex:
                if ticket.settled():
                    break
                future = loop.create_future()
                ticket.futures.append(future)
                led = self._leader is not None
            if not led:
                self._lead_from(loop)
            await future
        return ticket.verdict()

    # -- leading

    def _take(self) -> None:
        """Make the queue, or the first part of it, the leader's batch; under the mutex."""
        if self._batch:
            self._recover()
        if len(self._queue) <= MOST:
            self._batch, self._queue = self._queue, []
        else:
            self._batch, self._queue = self._queue[:MOST], self._queue[MOST:]
        self._grounded = False

    def _lead(self, me: object, own: Ticket | None) -> None:
        """Commit batches until `own` is settled (or the queue is empty), then pass leadership on."""
        while True:
            if self._batch:
                again, self._again = self._again, False
                self._settler.commit(self._batch, again)
            with self._mutex:
                self._wake()
                if self._queue and (own is None or not own.settled()):
                    self._take()
                    continue
                self._leader = None
                self._pass_on()
                return

    def _pass_on(self) -> None:
        """Nobody leads: let somebody who sleeps lead; under the mutex."""
        if self._batch:
            self._recover()
        if not self._queue:
            if self._flushing:
                self._idle.notify_all()
        elif any(wake_one(ticket) for ticket in self._queue):
            return  # it wakes unsettled, finds nobody leading, and leads
        elif self._flushing or any(ticket.futures for ticket in self._queue):
            self._hurry()

    def _recover(self) -> None:
        """A leader died: wake those of its batch that are settled, and queue the others first; under the mutex."""
        wake([ticket for ticket in self._batch if ticket.settled()])
        unsettled = [ticket for ticket in self._batch if not ticket.settled()]
        # No call comes between these, so no interrupt: a ticket is always in one of the two.
        self._queue[:0] = unsettled
        self._batch = []
        if unsettled:
            self._again = True

    def _withdraw(self, ticket: Ticket, lock: threading.Lock | None) -> None:
        """A thread stops to wait for `ticket`, on which it slept on `lock`; if it was woken to lead, another must be."""
        with self._mutex:
            if lock is not None and lock in ticket.locks:
                ticket.locks.remove(lock)
            if self._leader is None:
                self._pass_on()

    def _wake(self) -> None:
        """Wake all who wait for the leader's batch, which is settled; under the mutex."""
        batch = self._batch
        if batch:
            wake(batch)
            self._size = len(batch)
            self._batch = []

    # -- leading from an event loop

    def _lead_from(self, loop: asyncio.AbstractEventLoop) -> None:
        """Somebody waits on `loop`, and nobody leads: lead from there, if that can be."""
        if not self._sends or self._grounded:
            self._hurry()
        elif len(self._queue) * 2 >= self._size:
            self._depart(loop)
        elif self._scheduled is not loop:
            # Other tasks of this round of the loop will want to come along. Half of the last batch need not wait for
            # the rest: while the one half is on its way, the other half's code runs.
            self._scheduled = loop
            loop.call_soon(self._depart, loop)

    def _depart(self, loop: asyncio.AbstractEventLoop) -> None:
        """Send the queue off; the loop calls `_arrive` when the answer comes."""
        leads = sent = False
        try:
            with self._mutex:
                self._scheduled = None
                if self._leader is not None or not self._queue or self._grounded:
                    return
                self._leader = loop
                leads = True
                self._take()
            if not self._again:
                self._flight = flight = self._sent()
                if flight is not None:
                    sent = True
                    loop.add_reader(flight.fileno, self._arrive, loop, flight)
        except NotImplementedError:  # a loop that cannot watch sockets, as on Windows; the thread fetches this answer
            self._sends = False
        finally:
            if leads and not sent:
                self._ground(loop)

    def _sent(self) -> Flight | None:
        try:
            return self._store.send([ticket.entry for ticket in self._batch])  # type: ignore[attr-defined, no-any-return]
        except Exception as error:  # the thread that commits it instead meets the same, and says so
            _log.debug("a batch could not be sent from an event loop: %s", error)
            return None

    def _ground(self, loop: asyncio.AbstractEventLoop) -> None:
        """Leave the batch that `loop` leads to a thread."""
        with self._mutex:
            if self._leader is loop:
                self._leader = self._flight = None
                self._recover()
                self._grounded = bool(self._queue)
                self._pass_on()

    def _arrive(self, loop: asyncio.AbstractEventLoop, flight: Flight) -> None:
        """Part of the answer to `flight` has come; called by its loop."""
        done = False
        try:
            with self._mutex:
                if self._flight is not flight:
                    done = True  # the background thread has taken it over
                    self._forget(loop, flight.fileno)
                    return
                self._flight = None
            if not flight.arrived():
                self._flight = flight
                done = True
                return
            self._forget(loop, flight.fileno)
            if self._settle(flight):
                done = True
                self._land(loop)
        finally:
            if not done:
                self._ground(loop)

    def _settle(self, flight: Flight) -> bool:
        """Settle the batch by the answer to `flight`; return False when it must be committed again."""
        outcomes = flight.outcomes()
        if outcomes is None or len(outcomes) != len(self._batch):
            self._again = True
            return False
        for ticket, outcome in zip(self._batch, outcomes, strict=True):
            ticket.outcome = outcome
        return True

    def _land(self, loop: asyncio.AbstractEventLoop) -> None:
        """The batch that `loop` leads is settled: wake all who wait for it, and let the next leader begin."""
        with self._mutex:
            self._wake()
            self._leader = None
            if any(wake_one(ticket) for ticket in self._queue):
                return
            waiting = any(ticket.futures for ticket in self._queue)
            if self._flushing:
                self._pass_on()
        if waiting:
            self._lead_from(loop)

    def _forget(self, loop: asyncio.AbstractEventLoop, fileno: int) -> None:
        """Stop to watch a socket, on its loop; unless a later flight of that loop uses it."""
        flight = self._flight
        if flight is None or self._leader is not loop or flight.fileno != fileno:
            loop.remove_reader(fileno)

    # -- the background thread

    def _hurry(self) -> None:
        """Let the background thread lead now."""
        self._urgent = True
        self._ring()

    def _ring(self) -> None:
        if self._background is None:
            thread = threading.Thread(target=self._serve, name="holdfast-committer", daemon=True)
            thread.start()
            self._background = thread
        try:
            self._bell.release()
        except RuntimeError:
            pass  # it has been rung, and nobody has heard it yet

    def _serve(self) -> None:
        me = threading.get_ident()
        timeout = _LINGER
        while True:
            self._bell.acquire(timeout=timeout)
            try:
                turn = self._turn(me)
                if turn is None:
                    return
                timeout = _LINGER if turn else -1
            except BaseException:
                _log.exception("the committer's background thread failed; it goes on")
                with self._mutex:
                    if self._leader == me:
                        self._leader = None
                        self._recover()
                time.sleep(_AFTER_FAILURE)

    def _turn(self, me: int) -> bool | None:
        """Look for what nobody else does, and do it.

        Tickets that nobody waits for are left for a moment: most often a thread will wait, and then leads itself.

        Returns:
            Whether to look again soon, else when the bell rings; None to end.
        """
        now = time.monotonic()
        overdue = None
        with self._mutex:
            urgent, self._urgent = self._urgent, False
            if self._leader is not None:
                self._last = now
                suspect, self._suspect = self._suspect, self._flight
                if suspect is None or suspect is not self._flight:
                    return True
                overdue = suspect
            else:
                if self._batch:
                    self._recover()
                if not self._queue:
                    return self._rest(now)
                self._last = now
                if not (urgent or self._closed or self._flushing or now - self._queue[0].born >= _LINGER):
                    return True
                self._leader = me
                self._take()
        if overdue is None or self._rescue(me, overdue):
            self._lead(me, None)
        return True

    def _rest(self, now: float) -> bool | None:
        """There is nothing to do; under the mutex."""
        if self._flushing:
            self._idle.notify_all()
        if self._closed:
            return None
        if now - self._last > _DROWSY:
            self._armed = False
            return False
        return True

    def _rescue(self, me: int, flight: Flight) -> bool:
        """Take over what an event loop has sent, and whose answer it does not fetch: it is blocked, or gone.

        Returns:
            Whether this thread leads now.
        """
        if not flight.ready():
            return False
        with self._mutex:
            loop = self._leader
            if self._flight is not flight or not isinstance(loop, asyncio.AbstractEventLoop):
                return False
            self._leader, self._flight = me, None
        try:
            loop.call_soon_threadsafe(self._forget, loop, flight.fileno)
        except RuntimeError:
            pass  # it is closed
        while not flight.arrived():
            time.sleep(0.001)
        if self._settle(flight):
            with self._mutex:
                self._wake()
        return True

    # -- ending

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until everything submitted is durable; return False when `timeout` seconds were not enough."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._mutex:
            self._flushing += 1
            try:
                while self._queue or self._batch or self._leader is not None:
                    self._hurry()
                    left = None if deadline is None else deadline - time.monotonic()
                    if left is not None and left <= 0:
                        return False
                    self._idle.wait(left)
            finally:
                self._flushing -= 1
        return True

    def close(self, timeout: float = 5.0) -> None:
        """Flush for at most `timeout` seconds, then end the background thread; what is left is given up."""
        self.flush(timeout)
        with self._mutex:
            self._closed = True
            self._settler.abandoned = True
        if self._background is not None:
            self._hurry()
            self._background.join(timeout)
