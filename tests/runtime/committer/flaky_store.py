"""A database that answers late, refuses, forgets to answer and interrupts, and knows what it was told to keep."""

from __future__ import annotations

import queue
import random
import selectors
import socket
import sys
import threading
import time
from collections.abc import Sequence

from holdfast import StoreUnavailable
from holdfast.store import Entry, Outcome

POISON = "poison"


class Interrupt(BaseException):
    """Stands for KeyboardInterrupt: it strikes anywhere, and no `except Exception` holds it."""


class FlakyStore:
    """Keeps entries by their `workflow`; whatever can go wrong goes wrong with some chance.

    Args:
        seed: of its moods.
        interrupts: whether a commit on a caller's own thread may end in `Interrupt`.
    """

    def __init__(self, seed: int, interrupts: bool) -> None:
        self.kept: set[str] = set()
        self.twice_at_once = False
        self._random = random.Random(seed)
        self._interrupts = interrupts
        self._inside = 0
        self._asked: queue.SimpleQueue[FlakyFlight | None] = queue.SimpleQueue()
        self._answering = threading.Thread(target=self._answer, daemon=True)
        self._answering.start()

    def close(self) -> None:
        """End the thread that answers."""
        self._asked.put(None)
        self._answering.join(10)

    def commit(self, entries: Sequence[Entry], again: bool) -> list[Outcome]:
        self.twice_at_once = self.twice_at_once or self._is_inside(self._inside)
        self._inside = threading.get_ident()
        try:
            mood = self._random.random()
            time.sleep(mood * 0.0005)
            if mood < 0.03:
                raise StoreUnavailable("away")
            if any(entry.workflow.startswith(POISON) for entry in entries):
                raise ValueError("cannot be written")
            self.kept.update(entry.workflow for entry in entries)
            if mood < 0.07:
                raise StoreUnavailable("away, after all")
            if mood < 0.1 and self._interrupts and threading.current_thread().name.startswith("caller"):
                raise Interrupt
            return [Outcome.DONE] * len(entries)
        finally:
            self._inside = 0

    def _is_inside(self, ident: int) -> bool:
        """Whether that thread commits: an interrupted one may not have said that it does not any more."""
        frame = sys._current_frames().get(ident) if ident != threading.get_ident() else None
        while frame is not None and frame.f_code is not FlakyStore.commit.__code__:
            frame = frame.f_back
        return frame is not None

    def send(self, entries: Sequence[Entry]) -> FlakyFlight | None:
        mood = self._random.random()
        if mood < 0.1:
            return None
        if mood < 0.15:
            raise StoreUnavailable("away")
        flight = FlakyFlight(self, [entry.workflow for entry in entries], self._random.random())
        self._asked.put(flight)
        return flight

    def _answer(self) -> None:
        while (flight := self._asked.get()) is not None:
            time.sleep(flight.mood * 0.001)
            if not any(name.startswith(POISON) for name in flight.names):
                self.kept.update(flight.names)
                flight.good = flight.mood >= 0.1
            flight.answer()


class FlakyFlight:
    """A batch that was sent; its answer comes through a socket, in two parts."""

    def __init__(self, store: FlakyStore, names: list[str], mood: float) -> None:
        self.names = names
        self.mood = mood
        self.good = False
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self.fileno = self._near.fileno()
        self._read = 0

    def answer(self) -> None:
        try:
            self._far.sendall(b"a")
            time.sleep(self.mood * 0.0003)
            self._far.sendall(b"b")
        except OSError:
            pass  # it was given up

    def ready(self) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._near, selectors.EVENT_READ)
            return bool(selector.select(0))

    def arrived(self) -> bool:
        try:
            self._read += len(self._near.recv(10))
        except BlockingIOError:
            pass
        return self._read >= 2

    def outcomes(self) -> list[Outcome] | None:
        return [Outcome.DONE] * len(self.names) if self.good else None
