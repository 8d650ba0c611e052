"""Replays many histories in parallel threads, in a fixed order and in bounded memory.

A thread of Python code cannot be killed, but an exception can be raised in it (`PyThreadState_SetAsyncExc`), which ends
every loop that runs bytecode. One that still does not end (it sits in a C function) is left behind, and its successor
gets a thread of its own.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from holdfast.replay.execution import OutOfTime, ReplayExecution, interrupt
from holdfast.replay.history import TOO_LONG, Outcome, Verdict, replay_row
from holdfast.store.records import Row

if TYPE_CHECKING:
    from holdfast.engine.core import Core
    from holdfast.guard import Guard

_AHEAD: Final = 16
"""Workflows per thread that may be done before a slow one that stands before them: so much is held back in memory."""
_GRACE: Final = 2.0
"""Seconds that code has to unwind once its time is over."""
_LOOK: Final = 0.2
"""Seconds between two looks at the time that each thread has taken."""

Connect = Callable[[], AbstractContextManager["Core"]]
"""Opens a connection of one thread's own."""


def replay_all(
    connect: Connect,
    rows: Iterable[Row],
    *,
    threads: int = 4,
    timeout: float = 30.0,
    guard: Guard | None = None,
) -> Iterator[Verdict]:
    """Replay the histories of `rows` and yield a verdict for each, in their order.

    A workflow that has moved on while it was replayed (production goes on) is read again before anything is said of it;
    one that is gone by then is left out.

    Args:
        connect: gives each thread its own connection.
        rows: read as far as needed, in the caller's thread.
        threads: how many replay at once.
        timeout: seconds that one replay may take.
        guard: watches the code.
    """
    with _Pool(connect, threads, timeout, guard) as pool:
        verdicts: dict[int, Verdict | None] = {}
        source = enumerate(rows)
        given = told = 0
        exhausted = False
        while True:
            while not exhausted and given - told < threads * _AHEAD:
                task = next(source, None)
                if task is None:
                    exhausted = True
                else:
                    pool.give(*task)
                    given += 1
            if told == given:
                return
            while told not in verdicts:
                number, verdict = pool.result()
                verdicts[number] = verdict
            found = verdicts.pop(told)
            told += 1
            if found is not None:
                yield found


class _Worker:
    """One thread: takes a workflow from the pool, replays it, hands in the verdict.

    Attributes:
        task: what it replays now.
        execution: its execution, once that has begun.
        due: when that must be over, by the monotonic clock.
        told: it was told that its time is over.
        left: the pool has given it up; whatever it does yet counts no more.
    """

    def __init__(self, pool: _Pool) -> None:
        self.pool = pool
        self.lock = threading.Lock()
        self.task: tuple[int, Row] | None = None
        self.execution: ReplayExecution | None = None
        self.due = 0.0
        self.told = False
        self.left = False
        self.thread = threading.Thread(target=self._serve, name="holdfast-replay", daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        try:
            with self.pool.connect() as core:
                while True:
                    task = self.pool.tasks.get()
                    if task is None:
                        return
                    answer = self._answer(core, *task)
                    if self.left:
                        return
                    self.pool.results.put((task[0], answer))
        except BaseException as error:
            self.pool.results.put((-1, error))

    def _answer(self, core: Core, number: int, row: Row) -> Verdict | BaseException | None:
        with self.lock:
            self.task, self.execution, self.told = (number, row), None, False
            self.due = time.monotonic() + self.pool.timeout
        try:
            verdict: Verdict | BaseException | None
            try:
                verdict = self._settled(core, row)
            except OutOfTime:
                verdict = out_of_time(row)
            except Exception as error:
                verdict = error
            self._done()
        except OutOfTime:  # its time was over just when it was done
            self._done()
            verdict = out_of_time(row)
        return verdict

    def _done(self) -> None:
        with self.lock:
            self.task = None

    def _settled(self, core: Core, row: Row) -> Verdict | None:
        """Return a verdict on the workflow as it stands; what was read while it moved on is worth nothing."""
        while True:
            verdict = replay_row(core, row, begins=self._begins, deadline=self.due, guard=self.pool.guard)
            if verdict.outcome is Outcome.OK:
                return verdict
            again = core.row(row.id)
            if again is None:
                return None
            if (again.epoch, again.seed, again.state) == (row.epoch, row.seed, row.state):
                return verdict
            row = again

    def _begins(self, execution: ReplayExecution) -> None:
        self.execution = execution

    def watch(self, now: float) -> bool:
        """See whether the thread's time is over; return False when it must be left behind."""
        with self.lock:
            if self.task is None or now < self.due:
                return True
            if not self.told:
                self.told = True
                if self.execution is not None:
                    self.execution.interrupt()
                interrupt(self.thread.ident or 0)
                return True
            self.left = now > self.due + _GRACE
            return not self.left


class _Pool:
    """The threads of one run."""

    def __init__(self, connect: Connect, threads: int, timeout: float, guard: Guard | None) -> None:
        self.connect = connect
        self.guard = guard
        self.timeout = timeout
        self.tasks: queue.SimpleQueue[tuple[int, Row] | None] = queue.SimpleQueue()
        self.results: queue.SimpleQueue[tuple[int, Verdict | BaseException | None]] = queue.SimpleQueue()
        self._threads = threads
        self._workers: list[_Worker] = []

    def __enter__(self) -> _Pool:
        if self.guard is not None:
            self.guard.install()
        self._workers = [_Worker(self) for _ in range(self._threads)]
        return self

    def __exit__(self, *_: object) -> None:
        for _worker in self._workers:
            self.tasks.put(None)
        if self.guard is not None:
            self.guard.uninstall()

    def give(self, number: int, row: Row) -> None:
        """Have the `number`-th workflow replayed."""
        self.tasks.put((number, row))

    def result(self) -> tuple[int, Verdict | None]:
        """Return the next verdict, whosever it is; raise what kept a thread from giving one."""
        while True:
            try:
                number, answer = self.results.get(timeout=_LOOK)
            except queue.Empty:
                for index, worker in enumerate(self._workers):
                    if not worker.watch(time.monotonic()):
                        assert worker.task is not None
                        self._workers[index] = _Worker(self)
                        return worker.task[0], out_of_time(worker.task[1])
                continue
            if isinstance(answer, BaseException):
                raise answer
            return number, answer


def out_of_time(row: Row) -> Verdict:
    """Return the verdict on a workflow whose code did not come to the end of its history in time."""
    return Verdict(row.id, row.name, row.state, row.version, Outcome.UNENDING, TOO_LONG)
