"""What is told of a workflow while it goes on: a message, a value, an item of a stream. Heard at once, within a process."""

from __future__ import annotations

import asyncio
import threading
import weakref


class Bell:
    """Rung whenever something was told of one workflow; threads and tasks can wait for that.

    Attributes:
        count: how often it was rung: who read it before looking for news misses none.
    """

    __slots__ = ("__weakref__", "_condition", "_futures", "count")

    def __init__(self) -> None:
        self.count = 0
        self._condition = threading.Condition()
        self._futures: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self.count += 1
            self._condition.notify_all()
            futures, self._futures = self._futures, []
        for future in futures:
            try:
                future.get_loop().call_soon_threadsafe(_resolve, future)
            except RuntimeError:
                pass  # that loop is closed, and with it everybody who waited

    def wait(self, seen: int, seconds: float | None) -> bool:
        """Block until `count` is no longer `seen`, or for `seconds`; return whether it was rung."""
        with self._condition:
            return self._condition.wait_for(lambda: self.count != seen, seconds)

    async def wait_async(self, seen: int, seconds: float | None) -> bool:
        """Like `wait`, for a task."""
        with self._condition:
            if self.count != seen:
                return True
            future = asyncio.get_running_loop().create_future()
            self._futures.append(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return self.count != seen
        finally:
            with self._condition:
                if future in self._futures:
                    self._futures.remove(future)
        return True


class Bells:
    """The bells that somebody holds, by workflow."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bells: weakref.WeakValueDictionary[str, Bell] = weakref.WeakValueDictionary()

    def of(self, id: str) -> Bell:
        """Return the bell of the workflow `id`."""
        with self._lock:
            found = self._bells.get(id)
            if found is None:
                found = self._bells[id] = Bell()
            return found

    def ring(self, id: str) -> None:
        """Ring the bell of the workflow `id`, if anybody holds it."""
        with self._lock:
            bell = self._bells.get(id)
        if bell is not None:
            bell.ring()

    def ring_all(self) -> None:
        """Something was told, and it is not known of whom."""
        with self._lock:
            bells = list(self._bells.values())
        for bell in bells:
            bell.ring()


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
