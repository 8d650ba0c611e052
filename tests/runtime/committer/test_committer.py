"""Nobody who waits for durability sleeps for ever, whatever happens to whoever leads."""

from __future__ import annotations

import asyncio
import ctypes
import faulthandler
import itertools
import logging
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
from flaky_store import POISON, FlakyStore, Interrupt

from holdfast import EngineClosed, StoreUnavailable
from holdfast.committer import Committer
from holdfast.store import Entry, Outcome

DEADLINE = 60.0
"""Seconds after which whoever still sleeps has missed its wake-up; all of it takes one or two."""


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """The store is away all the time, and each time it is said."""
    caplog.set_level(logging.CRITICAL, "holdfast.engine")


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt that strikes in a finalizer is dropped by Python, which says so; that is not what is tested."""
    former = sys.unraisablehook
    monkeypatch.setattr(sys, "unraisablehook", lambda said: None if said.exc_type is Interrupt else former(said))


class Crowd:
    """Threads that submit and wait, until told to stop; joined before a deadline, or else everybody's stack is shown."""

    def __init__(self, store: FlakyStore) -> None:
        self.store = store
        self.committer = Committer(store, sleep=lambda seconds: time.sleep(seconds / 100))  # type: ignore[arg-type]
        self.numbers = itertools.count()
        self.over = threading.Event()
        self.waited: list[str] = []  # that were reported durable
        self.errors: list[BaseException] = []
        self._threads: list[threading.Thread] = []

    def go(self, name: str, work: Callable[[random.Random], None], count: int) -> None:
        for number in range(count):
            chance = random.Random(f"{name}{number}")
            thread = threading.Thread(target=self._run, args=(work, chance), name=f"{name}-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self, work: Callable[[random.Random], None], chance: random.Random) -> None:
        while not self.over.is_set():
            try:
                work(chance)
            except Interrupt:
                continue
            except BaseException as error:
                self.errors.append(error)
                return

    def entry(self, chance: random.Random) -> Entry:
        kind = POISON if chance.random() < 0.02 else "entry"
        return Entry(f"{kind}-{next(self.numbers)}", 1)

    def reported(self, entry: Entry, outcome: Outcome) -> None:
        assert outcome is Outcome.DONE
        self.waited.append(entry.workflow)

    def idents(self) -> list[int]:
        return [each.ident for each in self._threads if each.ident is not None and each.name.startswith("caller")]

    def end(self) -> None:
        self.over.set()
        deadline = time.monotonic() + DEADLINE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        late = [thread.name for thread in self._threads if thread.is_alive()]
        flushed = self.committer.flush(max(1.0, deadline - time.monotonic()))
        if late or not flushed:
            with tempfile.TemporaryFile("w+") as stacks:
                faulthandler.dump_traceback(stacks, all_threads=True)
                stacks.seek(0)
                state = {name: value for name, value in vars(self.committer).items() if "lock" not in str(value)}
                pytest.fail(f"asleep for ever: {late}, flushed: {flushed}\n{state}\n{stacks.read()}")
        self.committer.close()
        self.store.close()
        assert not self.errors, self.errors
        assert not self.store.twice_at_once
        assert set(self.waited) <= self.store.kept
        assert len(self.waited) > 10


def call(crowd: Crowd, chance: random.Random) -> None:
    """What a sync workflow does: some checkpoints that nobody waits for yet, and a wait; two may wait for one ticket."""
    entry = crowd.entry(chance)
    ticket = crowd.committer.submit(entry)
    if chance.random() < 0.2:
        return
    if chance.random() < 0.1:
        other = threading.Thread(target=lambda: _wait(crowd, ticket), name="caller-extra", daemon=True)
        other.start()
        _wait(crowd, ticket)
        other.join(DEADLINE)
        assert not other.is_alive(), "the second who waits for a ticket sleeps for ever"
        return
    _wait(crowd, ticket)


def _wait(crowd: Crowd, ticket: Any) -> None:
    while True:
        try:
            crowd.reported(ticket.entry, crowd.committer.wait(ticket))
            return
        except Interrupt:
            continue  # as a `finally` block that waits again
        except ValueError:
            assert ticket.entry.workflow.startswith(POISON)
            return


async def task(crowd: Crowd, chance: random.Random, blocks: bool) -> None:
    """What an async workflow does; it may be cancelled while it waits, and wait again, and it may block its loop."""
    for _ in range(10):
        entry = crowd.entry(chance)
        ticket = crowd.committer.submit(entry)
        if blocks and chance.random() < 0.02:
            time.sleep(0.03)
        if chance.random() < 0.2:
            try:
                await asyncio.wait_for(crowd.committer.wait_async(ticket), chance.random() * 0.001)
            except (TimeoutError, ValueError):
                pass
        try:
            crowd.reported(entry, await crowd.committer.wait_async(ticket))
        except ValueError:
            assert entry.workflow.startswith(POISON)


def loops(crowd: Crowd, chance: random.Random) -> None:
    """Event loops that come and go, some while an answer is under way that they were to fetch."""

    async def main() -> None:
        tasks = [asyncio.ensure_future(task(crowd, chance, True)) for _ in range(chance.randrange(1, 12))]
        if chance.random() < 0.3:
            await asyncio.sleep(chance.random() * 0.005)  # and leaves them behind
        else:
            await asyncio.gather(*tasks)

    asyncio.run(main())


def stopped_loops(crowd: Crowd, chance: random.Random) -> None:
    """A loop that stops to run while it leads, and is run again later, or never."""
    loop = asyncio.new_event_loop()
    work = [loop.create_task(task(crowd, chance, False)) for _ in range(5)]
    for _ in range(3):
        loop.run_until_complete(asyncio.sleep(chance.random() * 0.002))
        time.sleep(0.005)
    if chance.random() < 0.5:
        loop.run_until_complete(asyncio.gather(*work))
    for each in work:
        each.cancel()
    loop.run_until_complete(asyncio.gather(*work, return_exceptions=True))
    loop.close()


@contextmanager
def interrupted(seconds: float) -> Iterator[None]:
    """Let a signal handler raise `Interrupt` in the main thread, again and again, every `seconds` on average."""

    deadline = time.monotonic() + DEADLINE

    def strike(number: int, frame: FrameType | None) -> None:
        assert time.monotonic() < deadline, "the main thread sleeps for ever"
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0005, 2 * seconds))
        # Only in the committer: a test's own code is not written for this.
        while frame is not None:
            if "holdfast/committer/" in frame.f_code.co_filename:
                raise Interrupt
            frame = frame.f_back

    former = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


def torment(crowd: Crowd, chance: random.Random) -> None:
    """Raise `Interrupt` in a caller's thread, wherever it is."""
    time.sleep(0.002)
    idents = crowd.idents()
    frames = sys._current_frames()
    for ident in idents:
        frame: FrameType | None = frames.get(ident)
        while frame is not None and "holdfast/committer/" not in frame.f_code.co_filename:
            frame = frame.f_back
        if frame is not None and chance.random() < 0.1:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(ident), ctypes.py_object(Interrupt))


@pytest.mark.parametrize("seed", range(3))
def test_threads_and_loops_together_all_hear_of_their_tickets(seed: int) -> None:
    crowd = Crowd(FlakyStore(seed, interrupts=False))
    crowd.go("caller", lambda chance: call(crowd, chance), 8)
    crowd.go("loop", lambda chance: loops(crowd, chance), 2)
    crowd.go("stopped", lambda chance: stopped_loops(crowd, chance), 2)
    time.sleep(1)
    crowd.end()


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("seed", range(2))
def test_leaders_that_are_interrupted_anywhere_take_nobody_with_them(seed: int) -> None:
    crowd = Crowd(FlakyStore(seed, interrupts=True))
    crowd.go("caller", lambda chance: call(crowd, chance), 6)
    crowd.go("loop", lambda chance: loops(crowd, chance), 1)
    crowd.go("torment", lambda chance: torment(crowd, chance), 1)
    chance = random.Random(seed)
    until = time.monotonic() + 1
    with interrupted(0.005):
        while time.monotonic() < until:
            try:
                call(crowd, chance)
            except Interrupt:
                pass
    crowd.end()


def test_a_store_that_is_away_at_the_close_holds_nobody_up() -> None:
    class Away:
        def commit(self, entries: list[Entry], again: bool) -> list[Outcome]:
            raise StoreUnavailable("away")

    committer = Committer(Away(), sleep=lambda seconds: time.sleep(0.001))  # type: ignore[arg-type]
    found: list[BaseException] = []

    def wait() -> None:
        try:
            committer.wait(committer.submit(Entry("w", 1)))
        except StoreUnavailable as error:
            found.append(error)

    threads = [threading.Thread(target=wait, daemon=True) for _ in range(5)]
    for thread in threads:
        thread.start()
    committer.close(timeout=0.1)
    for thread in threads:
        thread.join(DEADLINE)
    assert len(found) == 5
    with pytest.raises(EngineClosed):
        committer.submit(Entry("w", 1))


def test_an_answer_that_a_blocked_loop_does_not_fetch_wakes_the_threads_that_wait_for_it() -> None:
    store = FlakyStore(0, interrupts=False)
    store._random = random.Random()
    store._random.random = lambda: 0.5  # type: ignore[method-assign]
    committer = Committer(store)  # type: ignore[arg-type]
    shared = committer.submit(Entry("shared", 1))
    sent, heard = threading.Event(), threading.Event()

    async def main() -> None:
        waiting = asyncio.ensure_future(committer.wait_async(shared))
        await asyncio.sleep(0)
        sent.set()
        assert heard.wait(DEADLINE)  # blocks the loop that has to fetch the answer
        assert await waiting is Outcome.DONE

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert sent.wait(10)
    assert committer.wait(committer.submit(Entry("own", 1))) is Outcome.DONE
    heard.set()
    thread.join(DEADLINE)
    assert not thread.is_alive()
    committer.close()
    store.close()
