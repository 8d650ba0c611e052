"""An engine that can crash in the middle of a test: nothing that it does afterwards reaches the database."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from holdfast import Engine, StoreUnavailable
from holdfast.engine import active
from holdfast.store import Entry, Outcome, Store, open_store


class Mortal:
    """A store that can die under its engine; everything else it passes on."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.dead = False
        self.going = threading.Event()
        self.going.set()

    def commit(self, entries: Sequence[Entry], again: bool) -> list[Outcome]:
        self.going.wait()
        if self.dead:
            raise StoreUnavailable("the process is dead")
        return self._store.commit(entries, again)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class CrashingEngine(Engine):
    """An engine with a `crash` method."""

    def __init__(self, url: str, **options: Any) -> None:
        self.mortal = Mortal(open_store(url))
        super().__init__(store=self.mortal, **options)  # type: ignore[arg-type]

    def crash(self, *, found_dead: bool = True) -> None:
        """Stop to exist for the database; `found_dead` ends the lease at once, else it runs out."""
        core = self._core
        active.leave(self)
        self.mortal.dead = True
        core.committer._settler.abandoned = True
        core.pulse.stop()
        if core._listener is not None:
            core._listener.close()
        core.open = False
        if found_dead:
            self.mortal.expire([self.executor])

    def close(self) -> None:
        """Leave; after a crash only end what runs in this process."""
        super().close()
        if self._launched and not self._core.open:
            self._core.committer.close(0.1)
            self._core.waits.give_up()
            self._core.threads.close()
            self._core.loop.close()
            self.mortal.close()

    def pause(self) -> None:
        """Stop in the middle of the next commit, and be found dead."""
        self.mortal.going.clear()
        active.leave(self)
        self._core.pulse.stop()
        if self._core._listener is not None:
            self._core._listener.close()
            self._core._listener = None
        self._core.open = False
        self.mortal.expire([self.executor])

    def wake(self) -> None:
        """Go on after a pause, not knowing of it."""
        self.mortal.going.set()

    def revive(self) -> None:
        """A paused process goes on, not knowing that it was given up."""
        self.mortal.dead = False
        self._core.committer._settler.abandoned = False


class Gate:
    """Holds a step until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()

    def wait(self) -> None:
        self.reached.set()
        assert self.opened.wait(30), "the test never opened the gate"
