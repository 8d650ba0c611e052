"""`Execution`: one run of one workflow by one engine, from its start or claim until it ends or is given up."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from holdfast.errors import Diverged, Fenced, Suspended, _ControlSignal
from holdfast.execution.scope import Branch
from holdfast.journal import Difference, Journal, Operation
from holdfast.states import State
from holdfast.store.records import Checkpoint, Entry, Outcome, Turn

if TYPE_CHECKING:
    from holdfast.committer import Ticket
    from holdfast.declare import Definition, Workflow
    from holdfast.engine.bells import Bell
    from holdfast.engine.core import Core
    from holdfast.execution.messages import Inbox
    from holdfast.store.attachments import Attachment


class Execution:
    """One run of one workflow.

    Attributes:
        id: the workflow's id.
        workflow: its code.
        epoch: under which this run owns it; every write is fenced by it.
        attempt: how often it was begun by an executor, from 1.
        signals: how many signals this run has seen.
        seed: of its randomness.
        parent: the id of the workflow that called it, if any.
        inline: the parent's own run waits for this one in this process, so nobody needs a signal.
        journal: what is recorded.
        main: its main branch.
        pending: the ticket of the last checkpoint.
        born: the ticket of its own row, when this run began before that was durable.
        closing: why workflow code is being unwound, None while it runs.
        closed: set once `closing` is.
        given_up: paths of branches that the workflow's own code has cancelled.
        patches: what `patched` has answered.
        task: the task that runs it, for an async workflow.
        loaded: when the journal was loaded, by the process's monotonic clock.
        inbox: the messages that were read, once any was asked for.
        wakes: the monotonic time at which it wakes, if it was suspended until then.
    """

    def __init__(
        self,
        engine: Core,
        id: str,
        workflow: Workflow[Any, Any],
        epoch: int,
        created: float,
        seed: str,
        attempt: int = 1,
        signals: int = 0,
        parent: str | None = None,
        inline: bool = False,
        journal: Journal | None = None,
        loaded: float = 0.0,
    ) -> None:
        self.engine = engine
        self.committer = engine.committer
        self.id = id
        self.workflow = workflow
        self.epoch = epoch
        self.attempt = attempt
        self.signals = signals
        self.seed = seed
        self.parent = parent
        self.inline = inline
        self.journal = journal or Journal()
        self.loaded = loaded
        self.main = Branch(self, "", created)
        self.pending: Ticket | None = None
        self.born: Ticket | None = None
        self.closing: _ControlSignal | None = None
        self.closed = threading.Event()
        self.given_up: list[str] = []
        self.patches: dict[str, bool] = {}
        self.task: asyncio.Task[Any] | None = None
        self.inbox: Inbox | None = None
        self.wakes: float | None = None
        self._lock = threading.Lock()
        self._active = 1
        self._stirred = 0.0
        self._steps = 0
        self._parked: dict[Branch, float | None] = {}
        self._heard: list[Bell] = []
        self._closers: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    # -- the journal

    def recall(self, branch: Branch, kind: str, name: str, digest: bytes, source: str) -> tuple[str, Checkpoint | None]:
        """Give the next operation of `branch` its key, and return it with what is recorded there.

        Raises:
            Diverged: something else is recorded there; the workflow will be parked.
            Suspended, Released, Fenced: the execution is closing.
        """
        if self.closing is not None:
            raise self.closing
        self._stirred = time.monotonic()
        if branch.cut is not None:
            self.record_cut(branch)
        if self.engine.guard is not None:
            self.engine.guard.asks(branch, name)
        key = f"{branch.path}{branch.counter}"
        branch.counter += 1
        operation = branch.open = Operation(key, kind, name, digest, source)
        if self.journal.fresh:
            return key, None
        found = self.journal.take(operation)
        if isinstance(found, Difference):
            raise self.diverge(found)
        if found is None:
            self.pass_history(operation)
        else:
            branch.open = None
            branch.clock = max(branch.clock, found.finished)
        return key, found

    def body(self, branch: Branch, definition: Definition[Any, Any]) -> Callable[..., Any]:
        """Return what is called to run the step or transaction that `branch` has just asked for: its function."""
        return definition.function

    def pass_history(self, operation: Operation) -> None:
        """Note that `operation` is the first of its branch that is not recorded: from here on it is no replay."""

    def diverge(self, difference: Difference) -> _ControlSignal:
        """Close the execution since replay differs; return what to raise."""
        return self.close(Diverged(str(difference)))

    def record(self, branch: Branch, checkpoint: Checkpoint, attachment: Attachment | None = None) -> Ticket:
        """Submit a checkpoint, and what is to be written with it; the next operation, or the end, waits for it."""
        branch.clock = max(branch.clock, checkpoint.finished)
        branch.open = None
        with self._lock:
            ticket = self.committer.submit(Entry(self.id, self.epoch, checkpoint=checkpoint, attachment=attachment))
            self.pending = ticket
        return ticket

    def record_cut(self, branch: Branch) -> None:
        """Record the operation of `branch` that the code cancelled, now that it is seen to go on all the same.

        Not when it is cancelled: whoever cancels the whole workflow, such as an event loop that ends, looks the same then.
        """
        cut, branch.cut = branch.cut, None
        if cut is not None and self.closing is None:
            now = self.engine.time()
            self.record(
                branch, Checkpoint(cut.key, cut.kind, cut.name, cut.digest, None, None, now, now, 1, cut.source)
            )

    def confirm(self, outcome: Outcome) -> None:
        """Raise `Fenced` when a write was refused, since the workflow is not ours any more."""
        if outcome is not Outcome.DONE:
            raise self.close(Fenced(f"workflow {self.id!r} is no longer owned by this executor"))

    # -- closing

    def close(self, signal: _ControlSignal) -> _ControlSignal:
        """Unwind the workflow's code with `signal`; the first one counts. Returns what to raise."""
        with self._lock:
            if self.closing is None:
                self.closing = signal
            closers, self._closers = self._closers, []
            heard = list(self._heard)
        self.closed.set()
        for bell in heard:
            bell.ring()
        for loop, future in closers:
            try:
                loop.call_soon_threadsafe(_resolve, future)
            except RuntimeError:
                pass  # that loop is closed, and with it everybody who waited
        return self.closing

    @contextmanager
    def hearing(self, bell: Bell) -> Iterator[None]:
        """Have `bell` rung when the execution closes."""
        with self._lock:
            self._heard.append(bell)
        try:
            yield
        finally:
            with self._lock:
                self._heard.remove(bell)

    def on_close(self, loop: asyncio.AbstractEventLoop) -> asyncio.Future[None]:
        """Return a future of `loop` that is done when the execution closes."""
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:
            if self.closing is not None:
                future.set_result(None)
            else:
                self._closers = [each for each in self._closers if not each[1].done()]
                self._closers.append((loop, future))
        return future

    # -- suspension

    @property
    def alone(self) -> bool:
        """Whether no branch but the main one is under way."""
        with self._lock:
            return self._active + len(self._parked) <= 1

    def begin_branch(self) -> None:
        """Count a branch that starts."""
        with self._lock:
            self._active += 1

    def end_branch(self) -> None:
        """Count a branch that has ended."""
        with self._lock:
            self._active -= 1

    def park(self, branch: Branch, due: float | None) -> bool:
        """Note that `branch` only waits, until the monotonic time `due` or a signal.

        Returns:
            Whether every branch does so now: the execution can be suspended.
        """
        with self._lock:
            self._parked[branch] = due
            self._active -= 1
            return self._active == 0

    def quiet(self) -> bool:
        """Whether nothing but waiting goes on.

        In async code a line that awaits other tasks is not parked; there it counts that no operation has begun for as
        long as a wait must be to suspend, and that none is under way.
        """
        with self._lock:
            if self._active == 0:
                return True
            idle = time.monotonic() - self._stirred >= self.engine.suspend_after
            return self.workflow.is_async and self._steps == 0 and idle

    # Counted without a lock: only `quiet` of an async workflow reads it, and that runs on one loop.

    def step_begins(self) -> None:
        """Count a step that runs."""
        self._steps += 1

    def step_ends(self) -> None:
        """Count a step that has ended."""
        self._steps -= 1
        self._stirred = time.monotonic()

    def unpark(self, branch: Branch) -> None:
        """Note that `branch` goes on."""
        with self._lock:
            if branch in self._parked:
                del self._parked[branch]
                self._active += 1

    def suspension(self, now: float) -> Turn:
        """Return the turn that suspends, until the first of the parked branches is due."""
        due = self.wakes = self.next_due()
        delay = None if due is None else max(0.0, due - now)
        return Turn(State.WAITING, delay=delay, signals=self.signals)

    def next_due(self) -> float | None:
        """Return the monotonic time at which the first parked branch is due, None when all wait for signals."""
        with self._lock:
            return min((due for due in self._parked.values() if due is not None), default=None)

    def suspend(self) -> _ControlSignal:
        """Close the execution since it is suspended; return what to raise."""
        return self.close(Suspended(f"workflow {self.id!r} waits"))


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
