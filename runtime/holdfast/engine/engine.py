"""`Engine`: the face of the runtime."""

from __future__ import annotations

import asyncio
import builtins
import os
import signal
import socket
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar, overload

from holdfast.declare import as_workflow, workflow_named
from holdfast.engine import active
from holdfast.engine.beginning import Call, start_here, started
from holdfast.engine.core import Core, check_id
from holdfast.engine.handle import CheckpointRecord, Handle, WorkflowRecord, checkpoint_record, workflow_record
from holdfast.engine.loops import Loop
from holdfast.errors import EngineClosed, IllegalTransition, UnknownWorkflow
from holdfast.execution.effects import drive
from holdfast.journal import order_of
from holdfast.states import State
from holdfast.store import Selection, open_store
from holdfast.store.port import Store
from holdfast.values import Codec

T = TypeVar("T")


class Engine:
    """Runs workflows durably against one database; there may be several in a process.

    Use as a context manager: entering launches it (connects, migrates, recovers), leaving drains it. On the main thread
    SIGTERM, unless the program handles it itself, leaves the `with` block like `sys.exit`, so that it drains too.

    Args:
        url: `postgresql://…` or `sqlite:///…`; without it `HOLDFAST_DATABASE_URL`, else `sqlite:///holdfast.db`.
        executor: a name for this executor, for people to read; the host's name unless given.
        lease: seconds without a heartbeat after which others take its work over.
        concurrency: how many workflows run here at once; more wait in the database.
        schema: the schema (Postgres) or table prefix (SQLite).
        codec: encrypts or compresses payloads.
        suspend_after: seconds from which on a wait gives up the workflow's thread and memory.
        drain: seconds that leaving waits for running steps.
        migrate: bring the schema up to date at launch; else it must be.
        any_version: also claim workflows that other versions of their code began.
        most_attempts: after how many executors have died with a workflow it is parked as stuck.
        store: a store of one's own instead of `url`.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        executor: str | None = None,
        lease: float = 10.0,
        concurrency: int = 256,
        schema: str = "holdfast",
        codec: Codec | None = None,
        suspend_after: float = 1.0,
        drain: float = 10.0,
        migrate: bool = True,
        any_version: bool = False,
        most_attempts: int = 20,
        store: Store | None = None,
    ) -> None:
        if lease <= 0 or concurrency < 1:
            raise ValueError(
                f"an engine needs a `lease` above 0 and a `concurrency` of 1 or more, not {lease}, {concurrency}"
            )
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
        )
        self._drain = drain
        self._migrate = migrate
        self._launched = False
        self._former_handler: Any = None
        self._handles_sigterm = False

    # -- lifecycle

    @property
    def executor(self) -> str:
        """This engine's id in the database."""
        return self._core.executor

    @property
    def url(self) -> str:
        """The database's address, secrets masked."""
        return self._core.store.label

    def launch(self) -> None:
        """Connect, migrate, recover and begin to claim work.

        Raises:
            StoreUnavailable: the database cannot be reached.
            SchemaTooNew: a newer release has migrated it.
            EngineClosed: it was closed before; an engine launches once.
        """
        if self._launched:
            raise EngineClosed("an engine launches once; make another `Engine`")
        self._launched = True
        try:
            self._core.launch(self._migrate)
        except BaseException:
            self._core.open = False
            self._core.store.close()
            raise
        active.enter(self)

    def close(self) -> None:
        """Drain and disconnect: running workflows are handed back at their next durable operation."""
        if self._launched and self._core.open:
            active.leave(self)
            self._core.shut(self._drain)

    def __enter__(self) -> Self:
        self.launch()
        self._watch_sigterm()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        finally:
            if self._handles_sigterm:
                signal.signal(signal.SIGTERM, self._former_handler)

    async def __aenter__(self) -> Self:
        self._core.loop = Loop(asyncio.get_running_loop())
        await asyncio.to_thread(self.launch)
        active.enter(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        active.leave(self)
        await asyncio.to_thread(self.close)

    def _watch_sigterm(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            self._former_handler = signal.signal(signal.SIGTERM, _leave)
            self._handles_sigterm = True

    # -- starting

    def start(self, function: Callable[..., Any], /, *args: Any, id: str | None = None, **kwargs: Any) -> Handle[Any]:
        """Start a workflow here, durably; when every slot is taken, on whichever executor is free first.

        Args:
            function: a declared workflow, or a bound method that is one.
            args: its arguments; those named `id` must be given by position.
            id: names this workflow for ever: the same id and arguments give the same workflow again.

        Raises:
            WorkflowConflict: the id is another workflow's.
            InvalidId: the id cannot be stored.
            UnstorableValue: an argument would not come back equal.
        """
        return started(self._core, self._call(function, args, kwargs, id))

    def enqueue(
        self,
        function: Callable[..., Any],
        /,
        *args: Any,
        id: str | None = None,
        priority: int = 0,
        delay: float | None = None,
        **kwargs: Any,
    ) -> Handle[Any]:
        """Start a workflow on whichever executor has its code.

        Args:
            function: a declared workflow.
            args: its arguments.
            id: as in `start`.
            priority: lower ones are claimed first.
            delay: seconds until it may run.
        """
        call = self._call(function, args, kwargs, id)
        call.queued, call.priority, call.delay = True, priority, delay
        return started(self._core, call)

    @overload
    def run(self, function: Callable[..., Awaitable[T]], /, *args: Any, id: str | None = None, **kwargs: Any) -> T: ...
    @overload
    def run(self, function: Callable[..., T], /, *args: Any, id: str | None = None, **kwargs: Any) -> T: ...
    def run(self, function: Callable[..., Any], /, *args: Any, id: str | None = None, **kwargs: Any) -> Any:
        """Start a workflow and wait for its result; a sync one runs on this thread."""
        return drive(start_here(self._core, self._call(function, args, kwargs, id)))

    def _call(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], id: str | None
    ) -> Call:
        workflow, args = as_workflow(function, args)
        return Call(workflow, args, kwargs, id)

    # -- asking

    def handle(self, id: str) -> Handle[Any]:
        """Return a handle of the workflow `id`; whether it exists is seen when the handle is used."""
        return Handle(self._core, check_id(id), self._core.completion(id))

    def get(self, id: str) -> WorkflowRecord:
        """Return the workflow `id`; raise `UnknownWorkflow` when there is none."""
        row = self._core.row(check_id(id))
        if row is None:
            raise UnknownWorkflow(f"no workflow has the id {id!r} in {self.url}")
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
        states = None
        if state is not None:
            states = tuple(State(each) for each in ([state] if isinstance(state, str) else state))
        selection = Selection(
            states=states,
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
            self.get(id)
        checkpoints.sort(key=lambda each: (order_of(each.key), each.key))
        return [checkpoint_record(each, self._core.unseal) for each in checkpoints]

    # -- changing

    def cancel(self, id: str, *, children: bool = True) -> bool:
        """Cancel a workflow; its code is unwound at its next durable operation.

        Args:
            id: the workflow.
            children: cancel those that it called, and theirs, too.

        Returns:
            Whether it was cancelled; False when it had ended before.
        """
        return self._core.cancel(check_id(id), children)

    def resume(self, id: str) -> None:
        """Let a stuck, cancelled or failed workflow go on from its last checkpoint, with the code as it is now.

        A failed one first runs its last step again, when that is what failed. A delayed or waiting one goes on at once.

        Raises:
            IllegalTransition: it is queued or running, or has succeeded.
        """
        core = self._core
        record = self.get(id)
        workflow = workflow_named(record.name)
        if not core.store.resume(id, None if workflow is None else workflow.version):
            raise IllegalTransition(f"workflow {id!r} is {record.state} and cannot be resumed")
        core.resumed(id)

    def fork(self, id: str, *, at: str | int | None = None, new_id: str | None = None) -> Handle[Any]:
        """Start a new workflow with the arguments and the first checkpoints of another, with the code as it is now.

        Args:
            id: the workflow to copy; it is left as it is.
            at: the key (or number) of the first checkpoint that is not copied; None copies all.
            new_id: id of the new workflow.
        """
        core = self._core
        record = self.get(id)
        checkpoints = core.store.load([id])[id]
        keys = [each.key for each in checkpoints]
        if at is not None:
            bound = order_of(str(at))
            keys = [key for key in keys if order_of(key) < bound]
        new = check_id(new_id) if new_id is not None else str(uuid.uuid4())
        workflow = workflow_named(record.name)
        if not core.store.fork(id, new, keys, None if workflow is None else workflow.version):
            raise IllegalTransition(f"workflow {id!r} cannot be forked as {new!r}: that id is in use; choose another")
        core.pulse.wake()
        return Handle(core, new, core.completion(new))


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
