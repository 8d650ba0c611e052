"""Settling a batch by a commit that blocks: the database may be away, or refuse one entry of many."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from typing import Final

from holdfast.committer.ticket import Ticket
from holdfast.errors import StoreUnavailable
from holdfast.store.port import Store

_log = logging.getLogger("holdfast.engine")

_RETRY_FIRST: Final = 0.05
_RETRY_MOST: Final = 2.0


class Settler:
    """Commits batches, one at a time.

    Args:
        store: where to.
        sleep: how to wait between attempts while the database is away.

    Attributes:
        abandoned: give up instead of waiting for a database that is away.
    """

    def __init__(self, store: Store, sleep: Callable[[float], None]) -> None:
        self._store = store
        self._sleep = sleep
        self.abandoned = False

    def commit(self, batch: Sequence[Ticket], again: bool) -> None:
        """Settle every ticket of `batch`; waits as long as the database is away.

        Args:
            batch: in the order in which the entries were submitted.
            again: an earlier attempt broke off, so part of it may be durable already.
        """
        entries = [ticket.entry for ticket in batch]
        pause = _RETRY_FIRST
        while True:
            try:
                outcomes = self._store.commit(entries, again)
                if len(outcomes) != len(batch):
                    raise AssertionError(f"the store gave {len(outcomes)} outcomes for {len(batch)} entries")
            except StoreUnavailable as error:
                if self.abandoned:
                    for ticket in batch:
                        ticket.error = error
                    return
                _log.warning("%s; trying again in %.2f s", error, pause)
                self._sleep(pause * (0.5 + random.random() / 2))
                pause = min(pause * 2, _RETRY_MOST)
                again = True
            except Exception as error:
                self._isolate(batch, error)
                return
            else:
                for ticket, outcome in zip(batch, outcomes, strict=True):
                    ticket.outcome = outcome
                return

    def _isolate(self, batch: Sequence[Ticket], error: Exception) -> None:
        """One entry of `batch` cannot be written: give the others their chance."""
        if len(batch) == 1:
            batch[0].error = error
            return
        half = len(batch) // 2
        self.commit(batch[:half], True)
        self.commit(batch[half:], True)
