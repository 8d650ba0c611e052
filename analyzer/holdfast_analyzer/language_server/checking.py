"""When to check: after a pause in typing, one check at a time, given up when its result is no longer wanted."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from holdfast_analyzer.session import Obsolete

G = TypeVar("G")
R = TypeVar("R")
T = TypeVar("T")


class Checks(Generic[G, T]):
    """Checks again and again, as often as asked.

    Args:
        take: returns what to check; called on the event loop, when a check begins.
        run: checks that, in a thread of its own; asks its second argument now and then whether to give up.
        deliver: gets the result, on the event loop.
        failed: is told what went wrong in a check or a delivery; the next ones go on.
        pause: seconds without a further request before a check begins.
        after: called when the user has got a result and asks for nothing yet.
    """

    def __init__(
        self,
        *,
        take: Callable[[], G],
        run: Callable[[G, Callable[[], bool]], T],
        deliver: Callable[[T], None],
        failed: Callable[[Exception], None],
        pause: float,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        self._take = take
        self._run = run
        self._deliver = deliver
        self._failed = failed
        self._pause = pause
        self._after = after
        self._requests = 0
        self._is_closed = False
        self._at_work = asyncio.Lock()
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def request(self) -> None:
        """Ask for a check of what there is now; one under way is given up, for its result would be out of date."""
        if self._is_closed:
            return
        self._requests += 1
        self._wanted.set()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._work(), name="holdfast-checks")

    async def between(self, work: Callable[[], R]) -> R:
        """Do work that needs the last check's state, in a thread, while no check is under way; return what it returns."""
        async with self._at_work:
            return await asyncio.to_thread(work)

    def close(self) -> None:
        """Check no more; a check under way is given up."""
        self._is_closed = True
        self._wanted.set()

    async def _work(self) -> None:
        while True:
            await self._wanted.wait()
            await self._settled()
            if self._is_closed:
                return
            try:
                async with self._at_work:
                    await self._check()
            except Obsolete:
                continue
            except Exception as error:
                self._failed(error)

    async def _settled(self) -> None:
        """Wait until no further request has come for a while."""
        while not self._is_closed:
            self._wanted.clear()
            try:
                await asyncio.wait_for(self._wanted.wait(), self._pause)
            except TimeoutError:
                return

    async def _check(self) -> None:
        number = self._requests
        given = self._take()
        result = await asyncio.to_thread(self._run, given, lambda: self._is_closed or self._requests != number)
        if not self._is_closed and self._requests == number:
            self._deliver(result)
            await asyncio.sleep(0)
            self._after()
