"""Transactions of the user's functions on SQLite."""

from __future__ import annotations

import sqlite3

from holdfast.store.parameters import checkpoint_parameters
from holdfast.store.records import Checkpoint


class SqliteTransaction:
    """A user's transaction: `connection` is the sqlite3 connection inside it."""

    def __init__(self, connection: sqlite3.Connection, statement: str) -> None:
        self.connection = connection
        self._statement = statement

    def record(self, workflow: str, epoch: int, checkpoint: Checkpoint) -> bool:
        """Write `checkpoint` in the same transaction; return False when the epoch is no longer the workflow's."""
        parameters = checkpoint_parameters((workflow, epoch), checkpoint)
        return self.connection.execute(self._statement, parameters).rowcount == 1

    async def record_async(self, workflow: str, epoch: int, checkpoint: Checkpoint) -> bool:
        """Like `record`, for a coroutine function of the user."""
        return self.record(workflow, epoch, checkpoint)
