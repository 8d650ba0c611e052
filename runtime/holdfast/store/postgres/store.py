"""`PostgresStore`: the port on Postgres."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from itertools import repeat
from typing import Any, Final, cast

import psycopg
from psycopg import errors as pg

from holdfast.store.administration import Administration
from holdfast.store.batch import Batch, assemble, is_checkpoint, judge
from holdfast.store.messaging import Messaging, attach
from holdfast.store.parameters import claim_parameters, selection_parameters, take_over_parameters
from holdfast.store.postgres import administration_statements, message_statements, queue_statements, statements
from holdfast.store.postgres.borrowed import BorrowedPostgres, borrow
from holdfast.store.postgres.database import PostgresDatabase, PostgresStatements
from holdfast.store.postgres.listener import PostgresListener
from holdfast.store.postgres.migrations import MIGRATIONS
from holdfast.store.postgres.queues import PostgresQueues
from holdfast.store.postgres.rows import read_row
from holdfast.store.postgres.schedules import PostgresSchedules
from holdfast.store.postgres.session import Session
from holdfast.store.postgres.transactions import (
    CONFLICTS,
    PostgresAsyncTransaction,
    PostgresTransaction,
    Transactions,
)
from holdfast.store.postgres.writes import CommitFlight, Writes, renewed, renewed_by
from holdfast.store.records import Beat, Checkpoint, Claimed, Due, Entry, Outcome, Row, Selection
from holdfast.store.schema import named_statements, refuse_newer, require
from holdfast.store.url import mask

_STATEMENTS: Final = (statements, queue_statements, message_statements, administration_statements)


class PostgresStore:
    """Workflows in a schema of a Postgres database (13 or newer).

    Args:
        url: a libpq url.
        schema: the schema that holds the tables, a plain lower-case name.
        read_only: run queries in read-only transactions.
    """

    poll = 5.0
    async_transactions = True

    def __init__(self, url: str, schema: str, read_only: bool = False) -> None:
        self._url = url
        self.label = mask(url)
        self._schema = schema
        self._quoted = f'"{schema}"'
        self._commit_session = Session(url, read_only)
        self._control = Session(url, read_only)
        self._queries = Session(url, read_only)
        self._writes = Writes(self._quoted, schema)
        self._sql = named_statements(_STATEMENTS, "{schema}", self._quoted)
        self.queues = PostgresQueues(self._control, self._queries, self._sql)
        self.schedules = PostgresSchedules(self._queries, self._quoted)
        self._transactions = Transactions(url, self._sql["RECORD"], self._queries)
        database = PostgresDatabase(self._queries, self._sql, schema)
        self.messaging = Messaging(database)
        self.administration = Administration(database)

    # -- the schema

    def open(self) -> None:
        """Connect; raises `StoreUnavailable`."""
        self._queries.run("SELECT 1")

    def close(self) -> None:
        """Close every connection."""
        for session in (self._commit_session, self._control, self._queries):
            session.close()
        self._transactions.close()

    def migrations(self) -> list[tuple[int, str]]:
        """Return every migration as (version, SQL)."""
        head = f"CREATE SCHEMA IF NOT EXISTS {self._quoted};\n{self._sql['MIGRATION_TABLE'].strip()};\n"
        return [
            (version, (head if version == 1 else "") + sql.replace("{schema}", self._quoted).strip() + "\n")
            for version, sql in MIGRATIONS
        ]

    def migrate(self) -> list[int]:
        """Bring the schema up to date under an advisory lock; return the versions applied."""
        try:
            if self._version() == MIGRATIONS[-1][0]:
                return []
        except pg.UndefinedTable:
            pass
        applied = []
        with self._queries.use() as connection, connection.transaction():
            execute = cast(Callable[..., psycopg.Cursor[Any]], connection.execute)
            execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"holdfast migrate {self._schema}",))
            exists = execute("SELECT to_regclass(%s)", (f"{self._quoted}.migration",)).fetchone()
            if exists is None or exists[0] is None:
                if not (execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (self._schema,)).fetchone()):
                    execute(f"CREATE SCHEMA {self._quoted}")
                execute(self._sql["MIGRATION_TABLE"])
            row = execute(self._sql["SCHEMA_VERSION"]).fetchone()
            present = (row[0] if row else None) or 0
            self._refuse_newer(present)
            for version, sql in MIGRATIONS:
                if version > present:
                    execute(sql.replace("{schema}", self._quoted))
                    execute(f"INSERT INTO {self._quoted}.migration (version) VALUES (%s)", (version,))
                    applied.append(version)
        return applied

    def check_schema(self) -> None:
        """Raise unless the schema is the one that this release writes."""
        try:
            present = self._version()
        except pg.UndefinedTable:
            present = 0
        require(present, MIGRATIONS[-1][0], self._schema, self.label)

    def _version(self) -> int:
        present = int(self._queries.read(self._sql["SCHEMA_VERSION"], {})[0][0] or 0)
        self._refuse_newer(present)
        return present

    def _refuse_newer(self, present: int) -> None:
        refuse_newer(present, MIGRATIONS[-1][0], self._schema, self.label)

    # -- the committer's side

    def commit(self, entries: Sequence[Entry], again: bool) -> list[Outcome]:
        """Make `entries` durable in one transaction, and say what became of each."""
        outcomes = self._write(entries)
        while None in outcomes:
            left = [index for index, outcome in enumerate(outcomes) if outcome is None]
            for index, outcome in zip(left, self._write([entries[index] for index in left]), strict=True):
                outcomes[index] = outcome
        return cast(list[Outcome], outcomes)

    def send(self, entries: Sequence[Entry]) -> CommitFlight | None:
        """Like `commit`, but only ask, without waiting for the answer; None where that takes more than one statement."""
        if is_checkpoint(entries):
            write = self._writes.checkpoint(entries[0])
        else:
            batch = assemble(entries)
            if batch.attached or batch.parents or renewed_by(batch):
                return None
            write = self._writes.all(batch)
        flight = self._commit_session.send(write.statement, write.row)
        return None if flight is None else CommitFlight(flight, write, len(entries))

    def _write(self, entries: Sequence[Entry]) -> list[Outcome | None]:
        if is_checkpoint(entries):
            write = self._writes.checkpoint(entries[0])
            result = self._commit_session.one(write.statement, write.row)
        else:
            batch = assemble(entries)
            if batch.attached:
                return self._write_attached(entries)
            write = self._writes.all(batch)
            if batch.parents or renewed_by(batch):
                with self._commit_session.use() as connection, connection.transaction():
                    result = self._commit_session.execute(connection, write.statement, write.row)
                    self._after(connection, batch, renewed(batch, write, result))
            else:
                result = self._commit_session.one(write.statement, write.row)
        if write.is_whole(result):
            return [Outcome.DONE] * len(entries)
        with self._commit_session.use() as connection:
            return self._judge(connection, entries, *write.written(result))

    def _write_attached(self, entries: Sequence[Entry]) -> list[Outcome | None]:
        """Like `_write`, for entries that change more than their own workflows."""
        with self._commit_session.use() as connection, connection.transaction():
            refused = attach(PostgresStatements(connection, self._sql, self._schema), entries)
            left = [entry for entry in entries if id(entry) not in refused]
            outcomes: Iterator[Outcome | None] = iter(())
            if left:
                batch = assemble(left)
                write = self._writes.all(batch)
                result = self._commit_session.execute(connection, write.statement, write.row)
                self._after(connection, batch, renewed(batch, write, result))
                if write.is_whole(result):
                    outcomes = repeat(Outcome.DONE)
                else:
                    outcomes = iter(self._judge(connection, left, *write.written(result)))
            return [Outcome.REFUSED if id(entry) in refused else next(outcomes) for entry in entries]

    def _after(self, connection: psycopg.Connection[Any], batch: Batch, begun: Sequence[str]) -> None:
        """What a batch with finished children or new runs needs besides its rows."""
        with connection.pipeline():
            if begun:
                connection.execute(self._sql["DROP_JOURNALS"], {"workflows": list(begun)})
            if batch.parents:
                connection.execute(self._sql["SIGNAL"], {"workflows": batch.parents})

    def _judge(
        self,
        connection: psycopg.Connection[Any],
        entries: Sequence[Entry],
        started: set[str],
        allowed: set[tuple[str, int]],
    ) -> list[Outcome | None]:
        ids = list({entry.workflow for entry in entries})
        found = connection.execute(self._sql["ROWS"], {"workflows": ids}).fetchall()
        rows = {row[0]: read_row(row) for row in found}
        judged = judge(entries, started, rows, allowed)
        if len(entries) == 1 and judged == [None] and entries[0].turn is None:
            # The fence holds and still no row was written: an earlier attempt has written it.
            return [Outcome.DONE]
        return judged

    def transaction(self) -> AbstractContextManager[PostgresTransaction]:
        """Open a transaction on a connection of the pool."""
        return self._transactions.open()

    def transaction_async(self) -> AbstractAsyncContextManager[PostgresAsyncTransaction]:
        """Like `transaction`, for a coroutine function of the user."""
        return self._transactions.open_async()

    def borrow(self, connection: Any) -> BorrowedPostgres:
        """Return what writes in the transaction that is open on a caller's own psycopg connection, sync or async."""
        return borrow(connection, self._writes, self._sql, self._schema)

    def is_conflict(self, error: Exception) -> bool:
        """Whether `error` means that the transaction lost against another one and can simply be run again."""
        return isinstance(error, CONFLICTS)

    # -- the engine's side

    def heartbeat(self, executor: str, name: str, process: str, lease: float) -> Beat:
        """Enter the executor, or extend its lease, to `lease` seconds from now."""
        row = self._control.run(
            self._sql["HEARTBEAT"], {"executor": executor, "name": name, "process": process, "lease": lease}
        )[0]
        return Beat(now=row[0], late=row[1], peers_expired=row[2])

    def retire(self, executor: str) -> None:
        """Remove an executor that owns nothing any more."""
        self._control.run(self._sql["RETIRE"], {"executor": executor})

    def processes(self) -> list[tuple[str, str]]:
        """Return (executor, process) of every executor whose lease runs."""
        return [(row[0], row[1]) for row in self._control.run(self._sql["PROCESSES"])]

    def expire(self, executors: Sequence[str]) -> None:
        """End the leases of executors whose process is known to be dead."""
        self._control.run(self._sql["EXPIRE"], {"executors": list(executors)})

    def take_over(self, most_attempts: int) -> int:
        """Queue the running workflows of executors whose lease has run out."""
        return int(self._control.run(self._sql["TAKE_OVER"], take_over_parameters(most_attempts))[0][0])

    def promote(self, most: int) -> Due:
        """Queue at most `most` delayed and waiting workflows that are due; find what else is."""
        count, following, overdue, queues, ready, scheduled = self._control.run(self._sql["PROMOTE"], {"most": most})[0]
        more = count >= most or len(overdue) >= most
        return Due(int(count), 0.0 if more else following, overdue, queues, ready, scheduled)

    def claim(
        self, executor: str, queue: str, names: Sequence[str], versions: Sequence[str], any_version: bool, most: int
    ) -> list[Claimed]:
        """Make at most `most` queued workflows running, owned by `executor`, with a higher epoch each."""
        parameters = claim_parameters(list, executor, queue, names, versions, any_version, most)
        rows = self._control.run(self._sql["CLAIM"], parameters)
        return [Claimed(*row) for row in rows]

    def queued(self, what: str) -> None:
        """Tell the other executors that there is something to claim."""
        self._control.run(self._sql["NOTIFY"], {"channel": self._schema, "what": what})

    def owned(self, executor: str) -> list[tuple[str, int]]:
        """Return (id, epoch) of every workflow that runs at `executor`, as far as the database knows."""
        return [(row[0], row[1]) for row in self._queries.read(self._sql["OWNED"], {"executor": executor})]

    def load(self, workflows: Sequence[str]) -> dict[str, list[Checkpoint]]:
        """Return the checkpoints of each workflow, with one query."""
        found: dict[str, list[Checkpoint]] = {workflow: [] for workflow in workflows}
        for row in self._queries.read(self._sql["LOAD"], {"workflows": list(workflows)}, binary=True):
            checkpoint = Checkpoint(
                row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10], None, row[11]
            )
            found[row[0]].append(checkpoint)
        return found

    # -- the caller's side

    def rows(self, workflows: Sequence[str]) -> list[Row]:
        """Return the workflows of these ids that exist."""
        return [read_row(row) for row in self._queries.read(self._sql["ROWS"], {"workflows": list(workflows)})]

    def now(self) -> float:
        """Return the database's time."""
        return float(self._queries.read(self._sql["TIME"], {})[0][0])

    def select(self, selection: Selection) -> list[Row]:
        """Return the workflows that a listing asks for."""
        sql = self._sql["SELECT"].replace("{direction}", "DESC" if selection.newest_first else "ASC")
        return [read_row(row) for row in self._queries.read(sql, selection_parameters(list, selection))]

    def cancel(self, workflows: Sequence[str], children: bool, reason: str | None = None) -> list[str]:
        """Cancel workflows (and their descendants); return the ids that were changed."""
        with self._queries.use() as connection, connection.transaction():
            execute = cast(Callable[..., psycopg.Cursor[Any]], connection.execute)
            parameters = {"workflows": list(workflows), "children": children, "reason": reason}
            changed = execute(self._sql["CANCEL"], parameters).fetchall()
            parents = [row[1] for row in changed if row[1] is not None]
            if parents:
                execute(self._sql["SIGNAL"], {"workflows": parents})
            for row in changed[:1000]:
                execute(self._sql["NOTIFY"], {"channel": self._schema, "what": f"cancelled {row[0]}"})
        return [row[0] for row in changed]

    def resume(self, workflow: str, version: str | None, dropped: Sequence[str] = (), epoch: int | None = None) -> bool:
        """Queue a workflow that is parked, cancelled or failed, without the checkpoints at the keys `dropped`."""
        parameters = {"workflow": workflow, "version": version, "epoch": epoch}
        with self._queries.use() as connection, connection.transaction():
            execute = cast(Callable[..., psycopg.Cursor[Any]], connection.execute)
            if not execute(self._sql["RESUME"], parameters).fetchall():
                return False
            if dropped:
                execute(self._sql["DROP"], {"workflow": workflow, "keys": list(dropped)})
            execute(self._sql["NOTIFY"], {"channel": self._schema, "what": "queued"})
        return True

    def fork(self, workflow: str, new: str, keys: Sequence[str], version: str | None) -> bool:
        """Create `new`, queued, with the arguments and seed of `workflow` and copies of the checkpoints at `keys`."""
        with self._queries.use() as connection, connection.transaction():
            execute = cast(Callable[..., psycopg.Cursor[Any]], connection.execute)
            parameters = {"workflow": workflow, "new": new, "keys": list(keys), "version": version}
            if not execute(self._sql["FORK"], parameters).rowcount:
                return False
            execute(self._sql["FORK_CHECKPOINTS"], parameters)
            execute(self._sql["NOTIFY"], {"channel": self._schema, "what": "queued"})
        return True

    def listen(self, wake: Callable[[str], None]) -> PostgresListener:
        """Call `wake(what)` at each notification, from a thread of its own."""
        return PostgresListener(self._url, self._schema, wake)
