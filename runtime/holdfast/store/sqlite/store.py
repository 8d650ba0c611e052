"""`SqliteStore`: the port on an SQLite file, or in memory for tests."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

from holdfast.states import State
from holdfast.store.administration import Administration
from holdfast.store.batch import Batch, assemble, judge
from holdfast.store.messaging import Messaging, attach
from holdfast.store.parameters import (
    checkpoint_parameters,
    claim_parameters,
    selection_parameters,
    take_over_parameters,
)
from holdfast.store.records import Beat, Checkpoint, Claimed, Due, Entry, Outcome, Row, Selection
from holdfast.store.schema import named_statements, refuse_newer, require
from holdfast.store.sqlite import (
    administration_statements,
    message_statements,
    queue_statements,
    schedule_statements,
    statements,
)
from holdfast.store.sqlite.borrowed import BorrowedSqlite, borrow
from holdfast.store.sqlite.database import SqliteDatabase, SqliteStatements, array
from holdfast.store.sqlite.file import BUSY, SqliteFile
from holdfast.store.sqlite.listener import SqliteListener, tell
from holdfast.store.sqlite.migrations import MIGRATIONS
from holdfast.store.sqlite.queues import SqliteQueues
from holdfast.store.sqlite.rows import read_row, start_parameters, turn_parameters
from holdfast.store.sqlite.schedules import SqliteSchedules
from holdfast.store.sqlite.transactions import SqliteTransaction

_STATEMENTS: Final = (
    statements,
    queue_statements,
    message_statements,
    administration_statements,
    schedule_statements,
)


class SqliteStore:
    """Workflows in one SQLite file, in WAL mode with `synchronous=FULL`: a commit returns when it is on the disk.

    One connection serves all threads in turn, since SQLite has one writer anyway. Several processes may share a file.

    Args:
        path: the file, or `:memory:`.
        schema: prefix of the tables' names.
        read_only: never write, and create no file.
        busy: seconds to wait for another connection's write.
    """

    poll = 1.0

    def __init__(self, path: str, schema: str, read_only: bool = False, busy: float = BUSY) -> None:
        self._path = path
        # One file may be named in several ways, and two databases in memory by the same.
        place = f"{id(self)}" if path == ":memory:" else os.path.realpath(path)
        self._file = f"{place}\0{schema}"
        self.label = f"sqlite:///{path}"
        self.async_transactions = path != ":memory:"
        self._prefix = schema
        self._database = SqliteFile(path, self.label, read_only, busy)
        self._sql = named_statements(_STATEMENTS, "{p}", schema)
        self._serve()

    def _serve(self) -> None:
        database = SqliteDatabase(self._database, lambda: self._sql, self.queued)
        self.messaging = Messaging(database)
        self.administration = Administration(database)
        self.queues = SqliteQueues(database)
        self.schedules = SqliteSchedules(database)

    # -- connection

    def open(self) -> None:
        """Open the file; raises `StoreUnavailable`."""
        with self._database.use():
            pass

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def _read(self, name: str, parameters: dict[str, Any]) -> list[Any]:
        with self._database.use() as connection:
            return connection.execute(self._sql[name], parameters).fetchall()

    # -- the schema

    def migrations(self) -> list[tuple[int, str]]:
        """Return every migration as (version, SQL)."""
        head = f"{self._sql['MIGRATION_TABLE']};\n"
        return [
            (version, (head if version == 1 else "") + sql.replace("{p}", self._prefix).strip() + "\n")
            for version, sql in MIGRATIONS
        ]

    def migrate(self) -> list[int]:
        """Bring the schema up to date under SQLite's write lock; return the versions applied."""
        applied = []
        try:
            if self._version() == MIGRATIONS[-1][0]:
                return []
        except sqlite3.OperationalError:
            pass
        with self._database.writing() as connection:
            connection.execute(self._sql["MIGRATION_TABLE"])
            present = connection.execute(self._sql["SCHEMA_VERSION"]).fetchone()[0] or 0
            self._refuse_newer(present)
            for version, sql in MIGRATIONS:
                if version > present:
                    for statement in sql.replace("{p}", self._prefix).split(";"):
                        connection.execute(statement)
                    connection.execute(self._sql["ADD_MIGRATION"], {"version": version})
                    applied.append(version)
        return applied

    def check_schema(self) -> None:
        """Raise unless the schema is the one that this release writes."""
        try:
            present = self._version()
        except sqlite3.OperationalError:
            present = 0
        require(present, MIGRATIONS[-1][0], self._prefix, self.label)

    def _version(self) -> int:
        present = int(self._read("SCHEMA_VERSION", {})[0][0] or 0)
        self._refuse_newer(present)
        return present

    def _refuse_newer(self, present: int) -> None:
        refuse_newer(present, MIGRATIONS[-1][0], self._prefix, self.label)

    # -- the committer's side

    def commit(self, entries: Sequence[Entry], again: bool) -> list[Outcome]:
        """Make `entries` durable in one transaction, and say what became of each."""
        batch = assemble(entries, fold=False)
        if batch.attached:
            return self._commit_attached(entries)
        rows = len(batch.starts) + len(batch.checkpoints) + len(batch.turns) + len(batch.parents)
        if rows == 1:
            with self._database.use() as connection:  # a statement alone is a transaction
                outcomes = self._write(connection, batch, entries)
        else:
            with self._database.writing() as connection:
                outcomes = self._write(connection, batch, entries)
        if batch.wakes:
            self.queued(batch.wakes)
        return outcomes

    def _commit_attached(self, entries: Sequence[Entry]) -> list[Outcome]:
        """Like `commit`, for entries that change more than their own workflows."""
        with self._database.writing() as connection:
            run = SqliteStatements(connection, self._sql)
            refused = attach(run, entries)
            left = [entry for entry in entries if id(entry) not in refused]
            batch = assemble(left, fold=False)
            outcomes = iter(self._write(connection, batch, left))
        for what in [*run.notices, *([batch.wakes] if batch.wakes else [])]:
            self.queued(what)
        return [Outcome.REFUSED if id(entry) in refused else next(outcomes) for entry in entries]

    def _write(self, connection: sqlite3.Connection, batch: Batch, entries: Sequence[Entry]) -> list[Outcome]:
        execute = connection.execute
        written = 0
        started = set()
        for start in batch.starts:
            if execute(self._sql["START"], start_parameters(start)).rowcount:
                started.add(start.id)
                written += 1
        # Checkpoints come before the turns that end their owner's right to write them.
        for owner, checkpoint in batch.checkpoints:
            written += execute(self._sql["CHECKPOINT"], checkpoint_parameters(owner, checkpoint)).rowcount
        allowed = set()
        for owner, turn in batch.turns:
            if execute(self._sql["TURN"], turn_parameters(owner, turn)).rowcount:
                allowed.add(owner)
                written += 1
                if turn.input is not None:
                    execute(self._sql["DROP_JOURNAL"], {"workflow": owner[0]})
        for parent in batch.parents:
            execute(self._sql["SIGNAL"], {"workflow": parent})
        expected = len(batch.starts) + len(batch.checkpoints) + len(batch.turns)
        if written == expected:
            return [Outcome.DONE] * len(entries)
        return self._judge(connection, entries, started, allowed)

    def _judge(
        self,
        connection: sqlite3.Connection,
        entries: Sequence[Entry],
        started: set[str],
        allowed: set[tuple[str, int]],
    ) -> list[Outcome]:
        ids = array(list({entry.workflow for entry in entries}))
        found = connection.execute(self._sql["ROWS"], {"workflows": ids}).fetchall()
        rows = {row[0]: read_row(row) for row in found}
        # Within the transaction an owned row was written now or by an earlier attempt: nothing is left to try again.
        return [outcome or Outcome.DONE for outcome in judge(entries, started, rows, allowed)]

    @contextmanager
    def transaction(self) -> Iterator[SqliteTransaction]:
        """Open a transaction; other threads of this engine wait for its end."""
        with self._database.writing() as connection:
            yield SqliteTransaction(connection, self._sql["CHECKPOINT"])

    @asynccontextmanager
    async def transaction_async(self) -> AsyncIterator[SqliteTransaction]:
        """Like `transaction`, on a connection of its own, since its coroutine lets others run meanwhile."""
        with self._database.translated():
            connection = await asyncio.to_thread(self._database.connect)
            try:
                await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
                yield SqliteTransaction(connection, self._sql["CHECKPOINT"])
                await asyncio.to_thread(connection.execute, "COMMIT")
            finally:
                connection.close()  # rolls back what is not committed

    def borrow(self, connection: Any) -> BorrowedSqlite:
        """Return what writes in the transaction that is open on a caller's own sqlite3 connection to the same file."""
        return borrow(connection, self._path, self._sql)

    def is_conflict(self, error: Exception) -> bool:
        """Nothing conflicts: a transaction holds the write lock from its beginning."""
        return False

    # -- the engine's side

    def heartbeat(self, executor: str, name: str, process: str, lease: float) -> Beat:
        """Enter the executor, or extend its lease, to `lease` seconds from now."""
        parameters = {"executor": executor, "name": name, "process": process, "lease": lease}
        with self._database.writing() as connection:
            now, late, expired = connection.execute(self._sql["LEASES"], {"executor": executor}).fetchone()
            connection.execute(self._sql["HEARTBEAT"], parameters)
        return Beat(now=now, late=bool(late), peers_expired=bool(expired))

    def retire(self, executor: str) -> None:
        """Remove an executor that owns nothing any more."""
        with self._database.writing() as connection:
            connection.execute(self._sql["RETIRE"], {"executor": executor})

    def processes(self) -> list[tuple[str, str]]:
        """Return (executor, process) of every executor whose lease runs."""
        return [(row[0], row[1]) for row in self._read("PROCESSES", {})]

    def expire(self, executors: Sequence[str]) -> None:
        """End the leases of executors whose process is known to be dead."""
        with self._database.writing() as connection:
            for executor in executors:
                connection.execute(self._sql["EXPIRE"], {"executor": executor})

    def take_over(self, most_attempts: int) -> int:
        """Queue the running workflows of executors whose lease has run out."""
        parameters = take_over_parameters(most_attempts)
        with self._database.writing() as connection:
            states = connection.execute(self._sql["TAKE_OVER"], parameters).fetchall()
            connection.execute(self._sql["BURY"])
        return sum(state == State.QUEUED for (state,) in states)

    def promote(self, most: int) -> Due:
        """Queue at most `most` delayed and waiting workflows that are due; find what else is."""
        with self._database.use() as connection:
            execute = connection.execute
            count = 0
            row = execute(self._sql["NEXT_DUE"]).fetchone()
            if row is not None and row[0] <= 0:
                count = execute(self._sql["PROMOTE"], {"most": most}).rowcount
                row = execute(self._sql["NEXT_DUE"]).fetchone()
            found = [None if row is None else max(0.0, row[0]), execute(self._sql["NEXT_DEADLINE"]).fetchone()[0]]
            overdue = [each for (each,) in execute(self._sql["OVERDUE"], {"most": most})]
            queues = [each for (each,) in execute(self._sql["QUEUES"])]
            ready = [each for (each,) in execute(self._sql["QUEUES_WITH_WORK"])] if queues else []
            (scheduled,) = execute(self._sql["IS_SCHEDULED"]).fetchone()
        following = min((each for each in found if each is not None), default=None)
        return Due(count, following, overdue, queues, ready, bool(scheduled))

    def claim(
        self, executor: str, queue: str, names: Sequence[str], versions: Sequence[str], any_version: bool, most: int
    ) -> list[Claimed]:
        """Make at most `most` queued workflows running, owned by `executor`, with a higher epoch each."""
        parameters = claim_parameters(array, executor, queue, names, versions, any_version, most)
        with self._database.use() as connection:
            return [Claimed(*row) for row in connection.execute(self._sql["CLAIM"], parameters).fetchall()]

    def queued(self, what: str) -> None:
        """Tell the other engines of this process; those of other processes look at the file often."""
        tell(self._file, what)

    def owned(self, executor: str) -> list[tuple[str, int]]:
        """Return (id, epoch) of every workflow that runs at `executor`, as far as the database knows."""
        return [(row[0], row[1]) for row in self._read("OWNED", {"executor": executor})]

    def load(self, workflows: Sequence[str]) -> dict[str, list[Checkpoint]]:
        """Return the checkpoints of each workflow, with one query."""
        found: dict[str, list[Checkpoint]] = {workflow: [] for workflow in workflows}
        for row in self._read("LOAD", {"workflows": array(workflows)}):
            workflow, *others, due = row
            checkpoint = Checkpoint(*others)
            checkpoint.due = due
            found[workflow].append(checkpoint)
        return found

    # -- the caller's side

    def rows(self, workflows: Sequence[str]) -> list[Row]:
        """Return the workflows of these ids that exist."""
        return [read_row(row) for row in self._read("ROWS", {"workflows": array(workflows)})]

    def now(self) -> float:
        """Return the database's time."""
        return float(self._read("TIME", {})[0][0])

    def select(self, selection: Selection) -> list[Row]:
        """Return the workflows that a listing asks for."""
        sql = self._sql["SELECT"].replace("{direction}", "DESC" if selection.newest_first else "ASC")
        parameters = selection_parameters(array, selection)
        with self._database.use() as connection:
            return [read_row(row) for row in connection.execute(sql, parameters).fetchall()]

    def cancel(self, workflows: Sequence[str], children: bool, reason: str | None = None) -> list[str]:
        """Cancel workflows (and their descendants); return the ids that were changed."""
        with self._database.writing() as connection:
            parameters = {"workflows": array(workflows), "children": children, "reason": reason}
            changed = connection.execute(self._sql["CANCEL"], parameters).fetchall()
            for _, parent in changed:
                if parent is not None:
                    connection.execute(self._sql["SIGNAL"], {"workflow": parent})
        for row in changed:
            tell(self._file, f"cancelled {row[0]}")
        return [row[0] for row in changed]

    def resume(self, workflow: str, version: str | None, dropped: Sequence[str] = (), epoch: int | None = None) -> bool:
        """Queue a workflow that is parked, cancelled or failed, without the checkpoints at the keys `dropped`."""
        parameters = {"workflow": workflow, "version": version, "epoch": epoch}
        with self._database.writing() as connection:
            if not connection.execute(self._sql["RESUME"], parameters).rowcount:
                return False
            if dropped:
                connection.execute(self._sql["DROP"], {"workflow": workflow, "keys": array(dropped)})
        self.queued("queued")
        return True

    def fork(self, workflow: str, new: str, keys: Sequence[str], version: str | None) -> bool:
        """Create `new`, queued, with the arguments and seed of `workflow` and copies of the checkpoints at `keys`."""
        parameters = {"workflow": workflow, "new": new, "keys": array(keys), "version": version}
        with self._database.writing() as connection:
            if not connection.execute(self._sql["FORK"], parameters).rowcount:
                return False
            connection.execute(self._sql["FORK_CHECKPOINTS"], parameters)
        self.queued("queued")
        return True

    def listen(self, wake: Callable[[str], None]) -> SqliteListener:
        """Call `wake(what)` when something was queued or changed."""
        return SqliteListener(self._file, None if self._path == ":memory:" else self._data_version, wake)

    def _data_version(self) -> int:
        with self._database.use() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])
