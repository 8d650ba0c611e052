"""The moment when a workflow settles, as something that threads and tasks can wait for."""

from __future__ import annotations

import asyncio
import threading
import time
from types import TracebackType
from typing import Any, NamedTuple

from holdfast.states import State


class Settled(NamedTuple):
    """How a workflow settled: its state, what it returned or raised, and why it is stuck."""

    state: State
    result: Any
    error: BaseException | None
    reason: str | None


class Completion:
    """Set once the workflow settles; shared by everybody in the process who waits for it.

    As a context manager it counts a waiter.

    Attributes:
        settled: how the workflow settled, None before. Never changed in place, so that one look sees all of it.
        waiters: how many wait now; who polls the database needs to look only for those.
    """

    __slots__ = ("__weakref__", "_event", "_futures", "_lock", "_others", "id", "settled", "waiters")

    def __init__(self, id: str) -> None:
        self.id = id
        self.settled: Settled | None = None
        self.waiters = 0
        self._lock = threading.Lock()
        self._event: threading.Event | None = None
        self._others: list[threading.Event] = []
        self._futures: list[asyncio.Future[None]] = []

    @property
    def state(self) -> State | None:
        """The settled state, None before."""
        settled = self.settled
        return None if settled is None else settled.state

    def settle(self, state: State, result: Any, error: BaseException | None, reason: str | None) -> None:
        """Say how the workflow settled, and wake everybody."""
        with self._lock:
            if self.settled is not None:
                return
            self.settled = Settled(state, result, error, reason)
            event, self._event = self._event, None
            futures, self._futures = self._futures, []
            others, self._others = self._others, []
        for other in others:
            other.set()
        if event is not None:
            event.set()
        for future in futures:
            try:
                future.get_loop().call_soon_threadsafe(_resolve, future)
            except RuntimeError:
                pass  # that loop is closed, and with it everybody who waited

    def tell(self, event: threading.Event) -> None:
        """Set `event` once settled; for those who wait for several workflows."""
        with self._lock:
            if self.settled is None:
                self._others.append(event)
            else:
                event.set()

    def forget(self, event: threading.Event) -> None:
        """Undo `tell`."""
        with self._lock:
            if event in self._others:
                self._others.remove(event)

    def reopen(self) -> None:
        """Forget how the workflow had settled, since it was resumed. Who waits goes on to wait."""
        with self._lock:
            self.settled = None

    def __enter__(self) -> None:
        """Count a waiter, before it has begun to sleep: from then on whoever can hear of the end looks for it."""
        with self._lock:
            self.waiters += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self.waiters -= 1

    def wait(self, timeout: float | None) -> Settled | None:
        """Block until settled; return None when `timeout` seconds were not enough."""
        deadline = None if timeout is None else time.monotonic() + timeout
        with self:
            while True:
                with self._lock:
                    if self.settled is not None:
                        return self.settled
                    event = self._event = self._event or threading.Event()
                if not event.wait(None if deadline is None else max(0.0, deadline - time.monotonic())):
                    return self.settled

    async def wait_async(self, timeout: float | None) -> Settled | None:
        """Like `wait`, for a task."""
        if timeout is not None:
            try:
                async with asyncio.timeout(timeout):
                    return await self.wait_async(None)
            except TimeoutError:
                return self.settled
        with self:
            while True:
                with self._lock:
                    if self.settled is not None:
                        return self.settled
                    future = asyncio.get_running_loop().create_future()
                    self._futures.append(future)
                try:
                    await future
                except BaseException:
                    with self._lock:
                        if future in self._futures:
                            self._futures.remove(future)
                    raise


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
