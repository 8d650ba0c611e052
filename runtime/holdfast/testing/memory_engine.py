"""`engine()`: an engine on a database in memory, whose clock skips what workflows sleep."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Final

from holdfast.engine.engine import Engine
from holdfast.execution.execution import Execution
from holdfast.testing.clock import Clock
from holdfast.testing.memory import MemoryStore, Snapshot

_SHORT: Final = 0.01
"""The most seconds that a wait of workflow code really takes; longer sleeps suspend the workflow, and are skipped."""

LEASE: Final = 1e9
"""Seconds of a lease that no skipped sleep makes run out: nobody else can reach a database in memory."""


class _ShortWaits(threading.Event):
    """An event that nobody waits long for."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(timeout if timeout is None else min(timeout, _SHORT))


class Hasty(Execution):
    """A run that waits for nothing long, such as the pause between two attempts of a step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.closed = _ShortWaits()

    def on_close(self, loop: asyncio.AbstractEventLoop) -> asyncio.Future[None]:
        """Return a future that is done when the execution closes, and soon in any case."""
        future = super().on_close(loop)
        loop.call_later(_SHORT, _release, future)
        return future


def _release(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class MemoryEngine(Engine):
    """An engine on a database in memory of its own.

    Args:
        clock: the database's time.
        snapshot: what the database holds at first.
        store: a database in memory of one's own, instead.
        options: as for `Engine`.

    Attributes:
        clock: the database's time.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        snapshot: Snapshot | None = None,
        store: MemoryStore | None = None,
        **options: Any,
    ) -> None:
        if store is None:
            store = MemoryStore(clock or Clock(), snapshot)
        self.clock = store.clock
        self._memory = store
        options.setdefault("drain", 1.0)
        super().__init__(store=store, lease=LEASE, suspend_after=_SHORT, executor="testing", **options)
        if self.clock.skips:
            self._core.executions = Hasty

    def launch(self) -> None:
        """Make the database and begin to run workflows."""
        super().launch()
        self.clock.drive(self._core, self._memory)

    def close(self) -> None:
        """Stop. The database is gone then, unless a `restart` took it over."""
        self.clock.release(self._core)
        super().close()

    def restart(self) -> MemoryEngine:
        """Die as a killed process would, and return a new engine on what was durable; not launched yet."""
        snapshot = self._memory.snapshot()
        self._memory.refuse()
        self.close()
        return MemoryEngine(clock=self.clock, snapshot=snapshot)


def engine(*, clock: Clock | None = None, **options: Any) -> MemoryEngine:
    """Return an engine on a database in memory, for tests: `with testing.engine() as engine: …`.

    It runs workflows as an engine on a file does, only that sleeps and the pauses between attempts take no time.

    Args:
        clock: its time; one that begins now and skips sleeps unless given.
        options: as for `holdfast.Engine`, such as `guard="raise"`.
    """
    return MemoryEngine(clock=clock, **options)
