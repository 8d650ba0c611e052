"""The moment when a workflow settles, as something that threads and tasks can wait for."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from holdfast.states import State


class Completion:
    """Set once the workflow settles; shared by everybody in the process who waits for it.

    Attributes:
        state: the settled state, None before.
        result: what the workflow returned.
        error: what it raised.
        reason: why it is stuck.
        waiters: how many wait now; who polls the database needs to look only for those.
    """

    __slots__ = ("__weakref__", "_event", "_futures", "_lock", "error", "id", "reason", "result", "state", "waiters")

    def __init__(self, id: str) -> None:
        self.id = id
        self.state: State | None = None
        self.result: Any = None
        self.error: BaseException | None = None
        self.reason: str | None = None
        self.waiters = 0
        self._lock = threading.Lock()
        self._event: threading.Event | None = None
        self._futures: list[asyncio.Future[None]] = []

    def settle(self, state: State, result: Any, error: BaseException | None, reason: str | None) -> None:
        """Say how the workflow settled, and wake everybody."""
        with self._lock:
            if self.state is not None:
                return
            self.result, self.error, self.reason = result, error, reason
            self.state = state
            event, futures = self._event, self._futures
            self._futures = []
        if event is not None:
            event.set()
        for future in futures:
            try:
                future.get_loop().call_soon_threadsafe(_resolve, future)
            except RuntimeError:
                pass  # that loop is closed, and with it everybody who waited

    def reopen(self) -> None:
        """Forget a settled state, since the workflow was resumed."""
        with self._lock:
            self.state = self.result = self.error = self.reason = None
            self._event = None

    def wait(self, timeout: float | None) -> bool:
        """Block until settled; return False when `timeout` seconds were not enough."""
        with self._lock:
            if self.state is not None:
                return True
            event = self._event = self._event or threading.Event()
            self.waiters += 1
        try:
            return event.wait(timeout)
        finally:
            with self._lock:
                self.waiters -= 1

    async def wait_async(self, timeout: float | None) -> bool:
        """Like `wait`, for a task."""
        with self._lock:
            if self.state is not None:
                return True
            future = asyncio.get_running_loop().create_future()
            self._futures.append(future)
            self.waiters += 1
        try:
            if timeout is None:
                await future
            else:
                async with asyncio.timeout(timeout):
                    await future
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self.waiters -= 1
                if future in self._futures:
                    self._futures.remove(future)
        return True


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
