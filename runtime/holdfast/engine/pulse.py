"""The pulse: one thread that keeps the lease, takes over from the dead, wakes the due, and claims work."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from holdfast.declare.queue import DEFAULT
from holdfast.engine.cancelling import cancel_overdue
from holdfast.engine.identity import is_dead, this_process
from holdfast.engine.schedules import start_due
from holdfast.errors import EngineClosed, StoreUnavailable
from holdfast.states import SETTLED, State
from holdfast.store.records import Claimed, Entry, Turn

if TYPE_CHECKING:
    from holdfast.engine.core import Core

_log = logging.getLogger("holdfast.engine")

_PROMOTED_AT_ONCE: Final = 1000
_CLAIMED_AT_ONCE: Final = 200
_SWEEP: Final = 30.0
"""Seconds between looks for work whose executor left no trace."""
_QUEUES_FIRST: Final = 0.05
"""Seconds until a queue that a limit has closed is looked at again; they grow while it stays closed. Mostly it is an end of
one of its workflows that opens it, and who has run that looks at once."""
_WATCH_FIRST: Final = 0.02
_WATCH_MOST: Final = 0.5


class Pulse:
    """Runs until `stop`. All its statements together stay under one a second while nothing happens.

    Args:
        engine: whose store, lease and slots it serves.
    """

    def __init__(self, engine: Core) -> None:
        self._engine = engine
        self._store = engine.store
        self._condition = threading.Condition()
        self._woken = True
        self._stopping = False
        self._next_beat = 0.0
        self._next_poll = 0.0
        self._next_sweep = 0.0
        self._next_due: float | None = None
        self._queues: frozenset[str] = frozenset()
        self._next_queues: float | None = None
        self._queues_pause = _QUEUES_FIRST
        self._first_source = 0
        self._watch_pause = _WATCH_FIRST
        self._next_watch: float | None = None
        self._unsure = False  # a claim may have happened although its answer never came
        self._watching = False
        self._thread = threading.Thread(target=self._run, name="holdfast-pulse", daemon=True)

    def start(self) -> None:
        """Start the thread; the first heartbeat was made by the engine."""
        self._next_beat = time.monotonic() + self._engine.lease / 3
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread after its current statement."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        if self._thread.is_alive():
            self._thread.join(10)

    def wake(self) -> None:
        """Look for work now."""
        with self._condition:
            self._woken = True
            self._condition.notify()

    def know_queue(self, name: str) -> None:
        """There is a queue with limits."""
        with self._condition:
            self._queues |= {name}

    def look_at_queues(self) -> None:
        """Something may have ended that held a slot of a queue."""
        if self._queues and self._engine.claims:
            self.wake()

    def expect(self, delay: float) -> None:
        """A workflow becomes due in `delay` seconds."""
        due = time.monotonic() + delay
        with self._condition:
            if self._next_due is None or due < self._next_due:
                self._next_due = due
                self._condition.notify()

    def watch(self) -> None:
        """Somebody began to wait for a workflow that another executor may run."""
        with self._condition:
            self._watch_pause = _WATCH_FIRST
            self._watch_in(_WATCH_FIRST)
            if not self._engine.claims and not self._watching:
                self._watching = True
                self._thread.start()

    def _watch_in(self, seconds: float) -> None:
        with self._condition:
            moment = time.monotonic() + seconds
            if self._next_watch is None or moment < self._next_watch:
                self._next_watch = moment
                self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                times = [self._next_beat, self._next_poll] if self._engine.claims else [time.monotonic() + 60.0]
                times += [each for each in (self._next_due, self._next_watch, self._next_queues) if each is not None]
                left = min(times) - time.monotonic()
                if not self._woken and not self._stopping and left > 0:
                    self._condition.wait(left)
                if self._stopping:
                    return
                woken, self._woken = self._woken, False
            try:
                self._turn(woken)
            except StoreUnavailable as error:
                self._unsure = self._woken = True
                _log.warning("%s; trying again in 1 s", error)
                with self._condition:
                    self._condition.wait(1.0)
            except Exception:
                _log.exception("the engine's pulse failed; it goes on in 1 s")
                with self._condition:
                    self._condition.wait(1.0)

    def _turn(self, woken: bool) -> None:
        now = time.monotonic()
        if not self._engine.claims:
            self._look_at_watched()
            return
        if now >= self._next_beat:
            self._next_beat = now + self._engine.lease / 3
            self.beat()
        due = self._next_due is not None and now >= self._next_due
        opened = self._next_queues is not None and now >= self._next_queues
        if woken or due or opened or now >= self._next_poll:
            ready = self._promote() if due or now >= self._next_poll else None
            self._next_poll = time.monotonic() + self._store.poll
            self._claim(ready)
        if self._next_watch is not None and now >= self._next_watch:
            self._look_at_watched()

    def beat(self) -> None:
        """Extend the lease, and take over what the dead have left."""
        engine = self._engine
        beat = self._store.heartbeat(engine.executor, engine.name, this_process(), engine.lease)
        engine.set_clock(beat.now)
        engine.code.tell()
        if beat.late and engine.open:
            _log.warning("the lease of executor %s had run out: its heartbeat came late", engine.executor)
            self._drop_lost()
        now = time.monotonic()
        dead = []
        if engine.siblings and now >= self._next_sweep:
            dead = [executor for executor, process in self._store.processes() if is_dead(process)]
        if dead:
            self._store.expire(dead)
        if self._unsure or now >= self._next_sweep:
            self._hand_back_strays()
            self._unsure = False
        if beat.peers_expired or dead or now >= self._next_sweep:
            self._next_sweep = now + _SWEEP
            if self._store.take_over(engine.most_attempts):
                _log.info("took over work of executors that are gone")
                self._store.queued("queued")
                self._woken = True

    def _drop_lost(self) -> None:
        running = self._engine.running()
        if not running:
            return
        rows = {row.id: row for row in self._store.rows([execution.id for execution in running])}
        for execution in running:
            row = rows.get(execution.id)
            if row is not None and row.epoch != execution.epoch:
                self._engine.fence(execution)

    def _hand_back_strays(self) -> None:
        """Queue what the database thinks that we run and we do not, such as a claim whose answer was lost."""
        engine = self._engine
        owned = self._store.owned(engine.executor)
        # Asked for after the database: what began meanwhile is here, and what ended meanwhile is fenced.
        here = {(execution.id, execution.epoch) for execution in engine.running()}
        suspects = {each for each in owned if each not in here}
        if suspects:
            # What ended between the question and the count left the database before it left here: ask once more.
            suspects.intersection_update(self._store.owned(engine.executor))
        for id, epoch in sorted(suspects):
            _log.warning("workflow %s was claimed but never begun; it is queued again", id)
            self._hand_back(id, epoch)

    def _promote(self) -> list[str] | None:
        """Queue what is due; return the queues with limits that have work, None when that has changed meanwhile."""
        # Forgotten before the database is asked, so that what becomes due meanwhile is not.
        former, self._next_due = self._next_due, None
        try:
            due = self._store.promote(_PROMOTED_AT_ONCE)
        except BaseException:
            self._next_due = former
            raise
        if due.following is not None:
            self.expect(due.following)
        for queue in due.queues:
            self.know_queue(queue)
        if due.overdue:
            cancel_overdue(self._engine, due.overdue)
        if due.scheduled:
            start_due(self._engine)
            self.expect(0.0)  # when the next tick is
        if due.count:
            self._store.queued("queued")
        return None if due.count or due.overdue or due.scheduled else due.ready

    def _claim(self, ready: list[str] | None = None) -> None:
        """Claim what there is.

        Args:
            ready: the queues with limits that have work; None to ask for them.
        """
        engine = self._engine
        sources = [DEFAULT] if engine.serves(DEFAULT) else []
        if any(engine.serves(queue) for queue in self._queues):
            self._next_queues = None
            if ready is None:
                ready = self._store.queues.with_work()
            sources += [queue for queue in ready if engine.serves(queue)]
            # Nobody is always first: a backlog of one queue must not keep the others from free slots.
            self._first_source = at = (self._first_source + 1) % max(1, len(sources))
            sources = sources[at:] + sources[:at]
        engine.backlog = False
        for source in sources:
            if source == DEFAULT:
                self._claim_from_default()
            else:
                self._claim_from(source)

    def _claim_from_default(self) -> None:
        engine = self._engine
        while (free := self._free()) > 0:
            names, versions = engine.code.offers()
            claimed = self._store.claim(engine.executor, DEFAULT, names, versions, engine.any_version, free)
            self._begin(claimed, limited=False)
            if len(claimed) < free:
                return

    def _claim_from(self, queue: str) -> None:
        engine = self._engine
        while (free := self._free()) > 0:
            names, versions = engine.code.offers()
            claim = self._store.queues.claim(engine.executor, queue, names, versions, engine.any_version, free)
            self._begin(claim.claimed, limited=True)
            if claim.claimed:
                self._queues_pause = _QUEUES_FIRST
            if claim.again == 0.0:
                continue
            if claim.again is not None or claim.blocked:
                self._look_again(claim.again)
                return
            if not claim.claimed:
                return

    def _free(self) -> int:
        """Return how many workflows may be claimed at once; when none, an end of one will wake us."""
        engine = self._engine
        if self._stopping or not engine.code.offers()[0]:
            return 0
        free = min(engine.free_slots(), _CLAIMED_AT_ONCE)
        if free <= 0:
            engine.backlog = True
        return free

    def _begin(self, claimed: list[Claimed], limited: bool) -> None:
        begun = [each.id for each in claimed if each.epoch > 1]
        journals = self._store.load(begun) if begun else {}
        for each in claimed:
            try:
                self._engine.resume_claimed(each, journals.get(each.id), limited)
            except EngineClosed:  # since it was claimed; nobody will run it here
                self._hand_back(each.id, each.epoch)

    def _hand_back(self, id: str, epoch: int) -> None:
        self._engine.committer.submit(Entry(id, epoch, turn=Turn(State.QUEUED)))

    def _look_again(self, seconds: float | None) -> None:
        """A limit has closed a queue, for so many seconds or for nobody knows how long."""
        if seconds is None:
            seconds = self._queues_pause
            self._queues_pause = min(self._queues_pause * 1.5, self._store.poll)
        moment = time.monotonic() + seconds
        if self._next_queues is None or moment < self._next_queues:
            self._next_queues = moment

    def _look_at_watched(self) -> None:
        # Forgotten before anything is looked at, so that who begins to wait meanwhile is not.
        self._next_watch = None
        watched = self._engine.waits.watched(each.id for each in self._engine.running())
        if not watched:
            return
        try:
            for row in self._store.rows(watched):
                if row.state in SETTLED:
                    self._engine.waits.settle_from(row)
        finally:
            self._watch_pause = min(self._watch_pause * 1.5, _WATCH_MOST)
            self._watch_in(self._watch_pause)
