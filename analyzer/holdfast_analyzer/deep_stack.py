"""Runs work on a stack that deeply nested code does not exhaust.

The recursion limit, the size of new threads' stacks and the garbage collector belong to the whole process. They are
changed while such work is running, and are as they were when the last of it, in whatever thread, is done.
"""

import atexit
import gc
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

STACK = 512 * 1024 * 1024
"""Bytes of stack: address space, of which only what is used costs memory."""
RECURSION = 40_000
"""Python frames that may be stacked up; far less than `STACK` holds."""


class _Running:
    """How much work is running, and what was set before the first of it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._count = 0
        self._limit = 0
        self._collecting = False

    def begin(self, run: Callable[[], None]) -> threading.Thread:
        """Start a thread on a deep stack."""
        with self.lock:
            if self._count == 0:
                self._limit = sys.getrecursionlimit()
                self._collecting = gc.isenabled()
                # Trees, values and summaries live as long as the work: collections find nothing and cost a twentieth.
                gc.disable()
                sys.setrecursionlimit(max(self._limit, RECURSION))
            self._count += 1
            size = threading.stack_size(STACK)
            try:
                thread = threading.Thread(target=run, name="holdfast-analysis", daemon=True)
                thread.start()
            except BaseException:
                self._less()
                raise
            finally:
                threading.stack_size(size)
        return thread

    def end(self) -> None:
        """Take back what `begin` has set if nothing else is running."""
        with self.lock:
            self._less()

    def _less(self) -> None:
        self._count -= 1
        if self._count == 0:
            sys.setrecursionlimit(self._limit)
            if self._collecting:
                gc.enable()


_running = _Running()


def leave_garbage() -> None:
    """Search nothing for garbage any more: of a process that ends with its work, the system takes back all memory at once.

    After a check of 2,000 files one search takes a tenth of the check's time, and Python makes another when it ends.
    """
    gc.disable()
    atexit.register(gc.freeze)


def on_deep_stack(work: Callable[[], T]) -> T:
    """Run work in a thread of its own, and wait for it.

    Args:
        work: what to do.

    Returns:
        What it returns.

    Raises:
        BaseException: what it raises.
    """
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # handed to the caller's thread
            failure.append(error)

    thread = _running.begin(run)
    try:
        thread.join()
    finally:
        _running.end()
    if failure:
        raise failure[0]
    return result[0]
