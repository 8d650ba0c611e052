"""`Client`: what every process may do with workflows, with or without their code."""

from __future__ import annotations

import builtins
import os
import socket
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from holdfast.declare import Workflow, as_workflow, workflow_named
from holdfast.declare.queue import DEFAULT, Queue
from holdfast.engine.beginning import Call, enqueued_by_name, started
from holdfast.engine.cancelling import cancel
from holdfast.engine.core import Core
from holdfast.engine.corresponding import Corresponding
from holdfast.engine.finding import row_of
from holdfast.engine.handle import CheckpointRecord, Handle, WorkflowRecord, checkpoint_record, workflow_record
from holdfast.engine.ids import check_id
from holdfast.engine.operating import Operating
from holdfast.engine.placement import Wanted, placed
from holdfast.engine.queues import Queues
from holdfast.engine.resuming import fork, resume
from holdfast.engine.schedules import CatchUp, Schedules, put
from holdfast.errors import UnknownWorkflow
from holdfast.journal import order_of
from holdfast.states import State, named_states
from holdfast.store import Selection, open_store
from holdfast.store.port import Store
from holdfast.store.schedules import ScheduleRow
from holdfast.values import Codec

if TYPE_CHECKING:
    from holdfast.engine.outbox import TransactionClient
    from holdfast.engine.past import Past


class Client(Operating, Corresponding):
    """Enqueues and manages workflows that engines elsewhere run; runs none itself.

    Use as a context manager.

    Args:
        url: as for `Engine`.
        schema: the schema (Postgres) or table prefix (SQLite).
        codec: the engines' codec.
        store: a store of one's own instead of `url`.
        options: an engine's own.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        schema: str = "holdfast",
        codec: Codec | None = None,
        store: Store | None = None,
        executor: str | None = None,
        lease: float = 10.0,
        concurrency: int = 1,
        suspend_after: float = 1.0,
        any_version: bool = False,
        most_attempts: int = 20,
        queues: Iterable[Queue | str] | None = None,
    ) -> None:
        url = url or os.environ.get("HOLDFAST_DATABASE_URL") or "sqlite:///holdfast.db"
        self._core = Core(
            store or open_store(url, schema),
            name=executor or socket.gethostname(),
            lease=lease,
            concurrency=concurrency,
            suspend_after=suspend_after,
            codec=codec,
            any_version=any_version,
            most_attempts=most_attempts,
            siblings=True,
            serves=None if queues is None else {each.name if isinstance(each, Queue) else each for each in queues},
        )

    @property
    def url(self) -> str:
        """The database's address, secrets masked."""
        return self._core.store.label

    def launch(self) -> None:
        """Connect; raise when the database or its schema is not there."""
        self._core.connect()

    def close(self) -> None:
        """Disconnect."""
        self._core.disconnect()

    def __enter__(self) -> Self:
        self.launch()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def enqueue(
        self,
        function: Callable[..., Any] | str,
        /,
        *args: Any,
        id: str | None = None,
        queue: Queue | str = DEFAULT,
        priority: int = 0,
        delay: float | None = None,
        deduplicate: str | None = None,
        partition: str | None = None,
        deadline: float | timedelta | None = None,
        **kwargs: Any,
    ) -> Handle[Any]:
        """Start a workflow on whichever executor has its code.

        Args:
            function: a declared workflow, or the name of one whose code is not at hand; it takes no keywords then.
            args: its arguments; those named like an option must be given by position.
            id: names this workflow for ever: the same id and arguments give the same workflow again.
            queue: where it waits; one with limits is a `Queue`, or the name of one.
            priority: lower ones are claimed first. A step is worth a minute of waiting, so nothing waits for ever.
            delay: seconds until it may run.
            deduplicate: while a workflow with this key in this queue has not ended, that one is returned instead.
            partition: of a queue that has partitions.
            deadline: seconds until it is cancelled, with what it called, unless it has ended.

        Raises:
            UnknownQueue: there is no such queue.
            WorkflowConflict: the id is another workflow's.
            InvalidId: the id cannot be stored.
            UnstorableValue: an argument would not come back equal.
        """
        wanted = Wanted(queue, priority, delay, partition, deduplicate, deadline)
        if isinstance(function, str):
            known = workflow_named(function)
            if known is None:
                if kwargs:
                    raise TypeError(f"the code of `{function}` is not at hand, so give its arguments by position")
                return enqueued_by_name(self._core, function, args, id, placed(self._core, wanted))
            workflow: Workflow[Any, Any] = known
        else:
            workflow, args = as_workflow(function, args)
        return started(self._core, Call(workflow, args, kwargs, id, placed(self._core, wanted)))

    def schedule(
        self,
        name: str,
        cron: str,
        function: Callable[..., Any],
        /,
        *args: Any,
        timezone: str = "UTC",
        catch_up: CatchUp = "one",
        queue: Queue | str = DEFAULT,
        priority: int = 0,
        partition: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Start a workflow again and again at certain times, each time once, whatever the number of executors.

        Doing it again with the same name changes the schedule; with the same `cron` and `timezone` it goes on where it is,
        paused if it was. So it can stand where the program begins.

        Args:
            name: names the schedule.
            cron: when: `30 2 * * *` is half past two each night; the fields are those of crontab(5), a sixth are seconds.
            function: a declared workflow.
            args: its arguments; those named like an option must be given by position. `holdfast.current().tick` says
                for which tick it runs.
            timezone: by which clock, a name of the IANA time zone database. When clocks are changed, a time that does
                not exist is due when the gap ends, and one that exists twice is due the first time.
            catch_up: what happens with the ticks that no executor was there for: `skip` drops them, `one` makes up the
                last, `all` the last thousand, and a number so many.
            queue: where it waits.
            priority: there.
            partition: of a queue that has partitions: the same for every tick, so each customer has a schedule of its own.

        Raises:
            ValueError: the expression, the time zone or another option cannot be read, or a partition is missing or one
                too many.
            UnknownQueue: there is no such queue.
            UnstorableValue: an argument would not come back equal.
        """
        workflow, args = as_workflow(function, args)
        placement = placed(self._core, Wanted(queue, priority, partition=partition))
        _, data, _ = self._core.prepare(workflow, args, kwargs, None)
        row = ScheduleRow(
            name=name,
            cron=cron,
            timezone=timezone,
            workflow=workflow.name,
            input=data,
            catch_up=str(catch_up),
            queue=placement.queue,
            priority=placement.priority,
            paused=False,
            next_at=0.0,
            last_at=None,
            partition=placement.partition,
        )
        put(self._core, row)

    @property
    def schedules(self) -> Schedules:
        """The schedules: list, pause, resume, trigger, backfill and delete them."""
        return Schedules(self._core)

    @property
    def queues(self) -> Queues:
        """The queues with limits: look at them, pause and resume them, change their limits."""
        return Queues(self._core)

    # -- asking

    def handle(self, id: str) -> Handle[Any]:
        """Return a handle of the workflow `id`; whether it exists is seen when the handle is used."""
        return Handle(self._core, check_id(id), self._core.waits.completion(id))

    def get(self, id: str) -> WorkflowRecord:
        """Return the workflow `id`; raise `UnknownWorkflow` when there is none."""
        row = row_of(self._core, check_id(id))
        return workflow_record(row, self._core.unseal, self._core.result_type(row.name))

    def list(
        self,
        *,
        state: State | str | Iterable[State | str] | None = None,
        name: str | None = None,
        queue: str | None = None,
        parent: str | None = None,
        prefix: str | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
        newest_first: bool = True,
    ) -> list[WorkflowRecord]:
        """Return the workflows that fit all that is given, `limit` of them at most.

        Args:
            state: a state or several.
            name: of their function.
            queue: that they were enqueued on.
            parent: id of the workflow that called them.
            prefix: that their ids begin with.
            created_after: started at this moment or later.
            created_before: started before.
            limit: how many.
            offset: how many to skip.
            newest_first: the order, by their start.
        """
        selection = Selection(
            states=named_states(state),
            name=name,
            queue=queue,
            parent=parent,
            prefix=prefix,
            created_after=None if created_after is None else created_after.timestamp(),
            created_before=None if created_before is None else created_before.timestamp(),
            limit=limit,
            offset=offset,
            newest_first=newest_first,
        )
        rows = self._core.store.select(selection)
        return [workflow_record(row, self._core.unseal, self._core.result_type(row.name)) for row in rows]

    def history(self, id: str) -> builtins.list[CheckpointRecord]:
        """Return the checkpoints of the workflow `id` in the order of its code."""
        checkpoints = self._core.store.load([check_id(id)])[id]
        if not checkpoints:
            row_of(self._core, id)
        checkpoints.sort(key=lambda each: (order_of(each.key), each.key))
        return [checkpoint_record(each, self._core.unseal) for each in checkpoints]

    def replay(self, id: str) -> str | None:
        """Replay the history of the workflow `id` against the code at hand, running no step and writing nothing.

        Returns:
            What differs, as `WorkflowStuck` would say it, another end included; None when nothing does.

        Raises:
            UnknownWorkflow: there is no such workflow, or its code is not at hand.
        """
        from holdfast.replay import Outcome, replay_row

        row = row_of(self._core, check_id(id))
        verdict = replay_row(self._core, row)
        if verdict.outcome is Outcome.CODE_GONE:
            raise UnknownWorkflow(verdict.text)
        return verdict.text

    def as_of(self, id: str, at: datetime | str | None = None) -> Past:
        """Return the workflow `id` as it stood at some moment, from the times that are recorded with its operations.

        Args:
            id: the workflow.
            at: the moment, or the key of an operation: when that was recorded; None for now.

        Raises:
            UnknownWorkflow: there is no such workflow, or no such operation.
        """
        from holdfast.engine.past import as_of

        return as_of(self._core, check_id(id), at.timestamp() if isinstance(at, datetime) else at)

    # -- elsewhere than through the engine's own connection

    def in_transaction(self, connection: Any) -> TransactionClient:
        """Return what enqueues and sends inside the transaction that is open on `connection`: with its commit, or never.

        Args:
            connection: the caller's own, to the database that the workflows are in: a psycopg connection, sync or async
                (`await` the methods then), on SQLite a sqlite3 one to the same file; or SQLAlchemy's or Django's around
                such a one.

        Raises:
            TypeError: it is another kind of connection.
            ValueError: no transaction is open on it and none begins by itself.
        """
        from holdfast.engine.outbox import TransactionClient

        return TransactionClient(self, connection)

    # -- changing

    def cancel(self, id: str, *, children: bool = True) -> bool:
        """Cancel a workflow; its code is unwound at its next durable operation.

        Args:
            id: the workflow.
            children: cancel those that it called, and theirs, too.

        Returns:
            Whether it was cancelled; False when it had ended before.
        """
        return cancel(self._core, check_id(id), children)

    def resume(self, id: str) -> None:
        """Let a stuck, cancelled or failed workflow go on from its last checkpoint, with the code as it is now.

        In a failed one the steps and children that failed run again, unless its code did something more after them: an
        error that was handled stays as it is recorded, and the workflow ends as before if its code has not changed
        (`fork` it from there instead). Children that were cancelled along with a cancelled one go on too. A delayed or
        waiting one goes on at once.

        Raises:
            IllegalTransition: it is queued or running, or has succeeded.
        """
        resume(self._core, check_id(id))

    def fork(self, id: str, *, at: str | int | None = None, new_id: str | None = None) -> Handle[Any]:
        """Start a new workflow with the arguments and the first checkpoints of another, with the code as it is now.

        Args:
            id: the workflow to copy; it is left as it is.
            at: the key (or number) of the first checkpoint that is not copied; None copies all.
            new_id: id of the new workflow.
        """
        return fork(self._core, check_id(id), at, new_id)
