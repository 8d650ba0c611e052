"""The inside of an engine: what runs, what waits for it, and how a run begins and ends."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from holdfast import values
from holdfast.committer import Committer
from holdfast.declare import Workflow, workflow_named
from holdfast.engine.bells import Bells
from holdfast.engine.code_at_hand import CodeAtHand
from holdfast.engine.hearing import heard
from holdfast.engine.ids import check_id, draw_id
from holdfast.engine.loops import Loop
from holdfast.engine.placement import KnownQueues
from holdfast.engine.pulse import Pulse
from holdfast.engine.threads import Threads
from holdfast.engine.waits import Waits
from holdfast.errors import EngineClosed, Fenced, WorkflowConflict
from holdfast.execution.effects import Operation, adrive, drive
from holdfast.execution.execution import Execution
from holdfast.execution.life import End, live, park
from holdfast.journal import Journal
from holdfast.states import SETTLED, State
from holdfast.store.port import Listener, Store
from holdfast.store.records import NO_RESULT, Checkpoint, Claimed, Row, Start

if TYPE_CHECKING:
    from holdfast.engine.checked import Checked
    from holdfast.guard import Guard

_log = logging.getLogger("holdfast.engine")


class Core:
    """Shared by the engine's face, its pulse and its executions.

    Attributes:
        store: where everything is recorded.
        committer: makes it durable.
        executor: this engine's id in the database, new at each launch.
        backlog: there may be queued work that no slot was free for.
        guard: watches the code of its workflows, if anything does.
        executions: what a run of a workflow is; tests put one that looks on in its place.
    """

    executions: type[Execution] = Execution

    def __init__(
        self,
        store: Store,
        name: str,
        lease: float,
        concurrency: int,
        suspend_after: float,
        codec: values.Codec | None,
        any_version: bool,
        most_attempts: int,
        siblings: bool,
        serves: set[str] | None = None,
    ) -> None:
        self.store = store
        self.name = name
        self.lease = lease
        self.concurrency = concurrency
        self.suspend_after = suspend_after
        self.any_version = any_version
        self.most_attempts = most_attempts
        self.siblings = siblings
        self._serves = serves
        self.queues = KnownQueues(self)
        self._limited: set[tuple[str, int]] = set()
        self.executor = f"{name}/{uuid.uuid4().hex}"
        self.committer = Committer(store)
        self.backlog = False
        self.open = False
        self.seal: Callable[[bytes], bytes] = codec.encode if codec is not None else _same
        self._codec = codec
        self.threads = Threads("holdfast-workflow")
        self.loop = Loop()
        self.pulse = Pulse(self)
        self._listener: Listener | None = None
        self._skew = 0.0
        self._lock = threading.Lock()
        self._running: dict[tuple[str, int], Execution] = {}
        self.waits = Waits(self)
        self.bells = Bells()
        self._changed = threading.Condition(self._lock)
        self.code = CodeAtHand(self)
        self.claims = False
        self.guard: Guard | None = None
        self.checked: Checked | None = None

    # -- time and payloads

    def time(self) -> float:
        """Return the database's time, as far as this process knows it, to the microsecond that is stored."""
        return int((time.time() + self._skew) * 1e6) / 1e6

    def set_clock(self, now: float) -> None:
        """Learn the database's time from a heartbeat."""
        self._skew = now - time.time()

    def unseal(self, data: bytes) -> bytes:
        """Return the payload that `seal` was given."""
        if self._codec is None or data == NO_RESULT:
            return data
        try:
            return self._codec.decode(data)
        except Exception as error:
            raise values.UndecodableValue(
                f"the codec {type(self._codec).__qualname__} cannot decode a stored payload: {error};"
                " give the engine the codec (and key) that it was written with"
            ) from error

    # -- lifecycle

    def launch(self, migrate: bool) -> None:
        """Connect, see to the schema, enter the executor, and begin to claim."""
        self.store.open()
        if migrate:
            self.store.migrate()
        else:
            self.store.check_schema()
        self.claims = True
        self.queues.declare_all()
        self.pulse.beat()
        self.open = True
        self.pulse.start()
        self.listen()

    def connect(self) -> None:
        """Connect without becoming an executor."""
        self.store.open()
        self.store.check_schema()
        self.open = True

    def listen(self) -> None:
        """Hear what the database notifies, from now on."""
        with self._lock:
            if self._listener is None:
                self._listener = self.store.listen(lambda what: heard(self, what))

    def disconnect(self) -> None:
        """Undo `connect`."""
        self.stop_claiming()
        self.committer.close()
        self.waits.give_up()
        self.threads.close()
        self.loop.close()
        self.store.close()

    def stop_claiming(self) -> None:
        """Begin to close: claim nothing more, and hear nothing more."""
        self.open = False
        self.pulse.stop()
        if self._listener is not None:
            self._listener.close()

    def await_empty(self, timeout: float) -> list[str]:
        """Wait until nothing runs any more, or for `timeout` seconds; return the ids of what still runs."""
        with self._changed:
            self._changed.wait_for(lambda: not self._running, timeout)
            return [id for id, _ in self._running]

    # -- what runs

    def running(self) -> list[Execution]:
        """Return the executions under way."""
        with self._lock:
            return list(self._running.values())

    def free_slots(self) -> int:
        """Return how many more workflows may run at once."""
        return self.concurrency - len(self._running)

    def fence(self, execution: Execution) -> None:
        """Stop an execution that lost its workflow."""
        execution.close(Fenced(f"workflow {execution.id!r} is no longer owned by this executor"))
        task = execution.task
        if task is not None:
            self.loop.call(task.cancel)

    # -- beginning

    def require_open(self) -> None:
        """Raise `EngineClosed` unless the engine runs."""
        if not self.open:
            raise EngineClosed("the engine is not running; use it as `with engine:`, or call `engine.launch()`")

    def prepare(
        self, workflow: Workflow[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any], id: str | None
    ) -> tuple[str, bytes, bytes]:
        """Return the id, the stored arguments and their digest of a workflow to be started."""
        self.require_open()
        data = workflow.signature.encode(args, kwargs)
        return check_id(id) if id is not None else draw_id(), self.seal(data), values.digest(data)

    def begin(
        self,
        workflow: Workflow[Any, Any],
        id: str,
        data: bytes,
        digest: bytes,
        parent: str | None = None,
        inline: bool = False,
    ) -> tuple[Execution, Start]:
        """Return an execution of a new workflow, and the row that creates it."""
        if self.checked is not None:
            self.checked.require(workflow)
        created = self.time()
        execution = self.executions(self, id, workflow, 1, created, id, parent=parent, inline=inline)
        start = Start(
            id=id,
            name=workflow.name,
            version=workflow.version,
            state=State.RUNNING,
            queue="default",
            priority=0,
            input=data,
            digest=digest,
            executor=self.executor,
            epoch=1,
            created=created,
            seed=id,
            parent=parent,
        )
        return execution, start

    def serves(self, queue: str) -> bool:
        """Whether this executor claims from `queue`."""
        return self._serves is None or queue in self._serves

    def enter(self, execution: Execution, always: bool = False) -> bool:
        """Give `execution` a slot; return False when none is free."""
        with self._lock:
            if not self.open:
                raise EngineClosed("the engine is closing and starts nothing any more")
            if not always and len(self._running) >= self.concurrency:
                self.backlog = True
                return False
            self._running[execution.id, execution.epoch] = execution
            return True

    def leave(self, execution: Execution) -> None:
        """Give the slot back."""
        with self._changed:
            self._running.pop((execution.id, execution.epoch), None)
            limited = (execution.id, execution.epoch) in self._limited
            self._limited.discard((execution.id, execution.epoch))
            if not self._running:
                self._changed.notify_all()
        if (limited or self.backlog) and self.open:
            self.pulse.wake()

    def same(self, id: str, name: str, digest: bytes) -> Row:
        """Return the row of an id that was found in use; raise unless it is this very workflow."""
        row = self.row(id)
        if row is None:
            raise WorkflowConflict(f"the workflow id {id!r} was in use a moment ago and is gone; try again")
        if row.name != name:
            raise WorkflowConflict(
                f"the workflow id {id!r} belongs to `{row.name}`, not to `{name}`; choose another id"
            )
        if row.digest != digest:
            raise WorkflowConflict(
                f"the workflow id {id!r} was started with other arguments; choose another id, or give the same arguments"
            )
        return row

    def resume_claimed(self, claimed: Claimed, checkpoints: list[Checkpoint] | None, limited: bool) -> None:
        """Run a workflow that was claimed; when a `limited` queue's ends, another one of that queue may begin."""
        workflow = workflow_named(claimed.name)
        assert workflow is not None, "only registered names are claimed"
        execution = self.executions(
            self,
            claimed.id,
            workflow,
            claimed.epoch,
            claimed.created,
            claimed.seed,
            attempt=claimed.attempts,
            signals=claimed.signals,
            parent=claimed.parent,
            journal=Journal(checkpoints) if checkpoints else None,
            loaded=time.monotonic(),
        )
        if limited:
            self._limited.add((execution.id, execution.epoch))
        self.enter(execution, always=True)
        self.dispatch(execution, lambda: workflow.signature.decode(self.unseal(claimed.input)))

    # -- running

    def dispatch(self, execution: Execution, arguments: Callable[[], tuple[list[Any], dict[str, Any]]]) -> None:
        """Run `execution`, which has a slot, in the background."""
        if execution.workflow.is_async:
            self.loop.start(lambda: self._run_async_quietly(execution, arguments))
        else:
            self.threads.submit(lambda: self._run_quietly(execution, arguments))

    def _run_quietly(self, execution: Execution, arguments: Callable[[], tuple[list[Any], dict[str, Any]]]) -> None:
        try:
            self.run(execution, arguments)
        except BaseException as error:
            _log.exception("running workflow %s failed: %s", execution.id, error)

    async def _run_async_quietly(
        self, execution: Execution, arguments: Callable[[], tuple[list[Any], dict[str, Any]]]
    ) -> None:
        try:
            await self.run_async(execution, arguments)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            _log.exception("running workflow %s failed: %s", execution.id, error)

    def run(self, execution: Execution, arguments: Callable[[], tuple[list[Any], dict[str, Any]]]) -> End:
        """Run `execution`, which has a slot, on this thread, and settle whoever waits for it."""
        try:
            end = drive(self._life(execution, arguments))
        finally:
            self.leave(execution)
        self.ended(execution, end)
        return end

    async def run_async(self, execution: Execution, arguments: Callable[[], tuple[list[Any], dict[str, Any]]]) -> End:
        """Like `run`, in this task."""
        execution.task = asyncio.current_task()
        try:
            end = await adrive(self._life(execution, arguments))
        finally:
            execution.task = None
            self.leave(execution)
        self.ended(execution, end)
        return end

    def _life(self, execution: Execution, arguments: Callable[[], tuple[list[Any], dict[str, Any]]]) -> Operation[End]:
        try:
            args, kwargs = arguments()
        except values.UndecodableValue as error:
            return (yield from park(execution, str(error)))
        return (yield from live(execution, args, kwargs))

    def ended(self, execution: Execution, end: End) -> None:
        """Tell whoever waits how a run ended."""
        if end.state in SETTLED and end.state is not None:
            self.waits.settle(execution.id, end.state, end.result, end.error, end.reason)
            return
        if self.waits.expected(execution.id):
            self.pulse.watch()  # whoever runs it next may be another executor
        if end.state is State.QUEUED and self.open:
            self.pulse.wake()
        elif end.state is State.WAITING and execution.wakes is not None:
            self.pulse.expect(execution.wakes - time.monotonic())

    # -- waiting

    def row(self, id: str) -> Row | None:
        """Return the workflow `id` as it stands in the database, None when there is none."""
        rows = self.store.rows([id])
        return rows[0] if rows else None

    def name_of(self, id: str) -> str:
        """Return the name of the workflow `id`, "" when there is none."""
        row = self.row(id)
        return "" if row is None else row.name

    def result_type(self, name: str) -> Any:
        """Return the declared type of the results of the workflow `name`, `Any` without its code."""
        workflow = workflow_named(name)
        return Any if workflow is None else workflow.signature.result

    def is_local(self, id: str) -> bool:
        """Whether the workflow `id` runs here."""
        with self._lock:
            return any(each == id for each, _ in self._running)

    async def in_thread(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call something that blocks from a task."""
        return await asyncio.get_running_loop().run_in_executor(None, function, *args)

    def resumed(self, id: str) -> None:
        """Let those who ask from now on wait for the end of a resumed workflow."""
        self.waits.reopen(id)
        self.pulse.wake()


def _same(data: bytes) -> bytes:
    return data
