"""The event loop on which an engine runs async workflows: its own, in a thread, or the one it was entered on."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from types import FrameType
from typing import Any, Final

from holdfast.execution.scope import Branch, scope


class Loop:
    """Where async workflows run.

    Args:
        adopted: a running loop to use; None for a loop of one's own, started when first needed.
    """

    def __init__(self, adopted: asyncio.AbstractEventLoop | None = None) -> None:
        self._loop = adopted
        self._own = adopted is None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        if adopted is not None:
            install_branches(adopted)

    def start(self, main: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Run `main()` as a task of the loop; callable from any thread."""
        loop = self._running()
        try:
            here = asyncio.get_running_loop() is loop
        except RuntimeError:
            here = False
        if here:
            _spawn(loop, main)
        else:
            loop.call_soon_threadsafe(_spawn, loop, main)

    def call(self, function: Callable[..., Any], *args: Any) -> None:
        """Call `function` on the loop, if there is one that runs."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(function, *args)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                loop = asyncio.new_event_loop()
                install_branches(loop)
                self._thread = threading.Thread(target=_serve, args=(loop,), name="holdfast-loop", daemon=True)
                self._thread.start()
                self._loop = loop
            return self._loop

    def close(self) -> None:
        """End a loop of one's own."""
        with self._lock:
            loop, thread = self._loop, self._thread
            if self._own and loop is not None and thread is not None:
                loop.call_soon_threadsafe(loop.stop)
                thread.join(5)
                self._loop = None


_WAIT_FOR: Final = asyncio.wait_for.__code__
_FRAMES_TO_WAIT_FOR: Final = 6
"""`wait_for` calls `ensure_future`, that a helper of its own, that `create_task`; some to spare for other loops."""


def _in_wait_for(frame: FrameType | None) -> bool:
    """Whether `frame`, which creates a task, does so on behalf of `asyncio.wait_for`."""
    for _ in range(_FRAMES_TO_WAIT_FOR):
        if frame is None or not frame.f_globals.get("__name__", "").startswith("asyncio."):
            return False
        if frame.f_code is _WAIT_FOR:
            return True
        frame = frame.f_back
    return False


_tasks: set[asyncio.Task[Any]] = set()
"""The loop itself keeps only weak references to tasks."""


def _spawn(loop: asyncio.AbstractEventLoop, main: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    context = copy_context()
    context.run(scope.set, None)
    task = context.run(lambda: loop.create_task(main(), context=context))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


def install_branches(loop: asyncio.AbstractEventLoop) -> None:
    """Let every task that workflow code creates on `loop` be a branch, forked in the order of creation.

    What `asyncio.wait_for` awaits is none: its caller waits for it at once, and whether there is a task at all is up to
    the release of Python (3.11 makes one, 3.12 does not unless the timeout is 0). Keys must not depend on that.
    """
    former = loop.get_task_factory()
    if getattr(former, "holdfast", False):
        return

    def create(
        loop: asyncio.AbstractEventLoop,
        coro: Coroutine[Any, Any, Any],
        *,
        context: Context | None = None,
        **options: Any,
    ) -> asyncio.Future[Any]:
        parent = scope.get()
        branch = None
        if type(parent) is Branch and not _in_wait_for(sys._getframe(1)):
            branch = parent.fork()
            guard = parent.execution.engine.guard
            if guard is not None:
                coro = guard.coroutine(parent, coro)
            context = copy_context() if context is None else context.copy()
            context.run(scope.set, branch)
            branch.execution.begin_branch()
        if former is not None:
            task = former(loop, coro, context=context, **options)  # type: ignore[call-arg]
        else:
            task = asyncio.Task(coro, loop=loop, context=context, **options)
        if branch is not None:
            task.add_done_callback(branch.ended)
        return task

    create.holdfast = True  # type: ignore[attr-defined]
    loop.set_task_factory(create)  # type: ignore[arg-type]
