"""An event loop without real time: it does at once whatever is to be done, and jumps to the next timer when nothing is.

A recorded step returns at once, but a time limit of the workflow's own that had cut a step short must do so again, and
nobody should wait for it. Such a clock is what trio's `MockClock(autojump_threshold=0)` is for its tests.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, Final

from holdfast.engine.loops import install_branches

_MOST: Final = 1e7
"""Seconds (four months) past which jumping on is given up: no limit that was recorded can be that far away."""


class _Jumping(selectors.BaseSelector):
    """A selector that never waits.

    Args:
        jump: called with the seconds until the next timer, None when there is none, where a loop would wait that long.
    """

    def __init__(self, jump: Callable[[float | None], None]) -> None:
        self._real = selectors.DefaultSelector()
        self._jump = jump

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if not ready and (timeout is None or timeout > 0):
            self._jump(timeout)
            ready = self._real.select(0)
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def close(self) -> None:
        self._real.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()


class NothingLeft(Exception):
    """The loop's main task waits for something that nothing will bring."""


class ReplayLoop(asyncio.SelectorEventLoop):
    """The loop of one replay.

    Args:
        idle: called, once, when nothing is left to do and no timer to wait for; what it brings about is then done. When
            the loop is idle again `run_until_complete` raises `NothingLeft`.
    """

    def __init__(self, idle: Callable[[], None]) -> None:
        self._jumped = 0.0
        self._idle = idle
        self._was_idle = False
        super().__init__(_Jumping(self._nothing_to_do))
        # What a task of a given-up replay raises is nobody's concern.
        self.set_exception_handler(lambda loop, context: None)

    def time(self) -> float:
        """Return the loop's clock: the process's, and what was jumped over."""
        return super().time() + self._jumped

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Call `func` here and now, so that nothing goes on beside the loop."""
        future: asyncio.Future[Any] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def _nothing_to_do(self, timeout: float | None) -> None:
        if timeout is not None and self._jumped + timeout < _MOST:
            self._jumped += timeout
        elif not self._was_idle:
            self._was_idle = True
            self._idle()
        else:
            raise NothingLeft


async def _give_up(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def run_to_end(
    main: Callable[[], Coroutine[Any, Any, Any]],
    idle: Callable[[], None],
    make: Callable[[Callable[[], None]], ReplayLoop] = ReplayLoop,
) -> Any:
    """Run `main()` on a `ReplayLoop` of its own and return its result.

    Args:
        main: gives the coroutine.
        idle: see `ReplayLoop`.
        make: gives the loop.

    Raises:
        NothingLeft: it waits for something that nothing will bring.
    """
    loop = make(idle)
    try:
        install_branches(loop)
        return loop.run_until_complete(main())
    finally:
        try:
            loop.run_until_complete(_give_up(asyncio.all_tasks(loop)))
            loop.run_until_complete(loop.shutdown_asyncgens())
        except NothingLeft:
            pass  # a task that refuses to be cancelled ends with its loop
        finally:
            loop.close()
