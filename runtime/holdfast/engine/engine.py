"""`Engine`: the face of the runtime."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from holdfast.declare import as_workflow, registered
from holdfast.declare.queue import Queue
from holdfast.engine import active
from holdfast.engine.beginning import Call, start_here, started
from holdfast.engine.client import Client
from holdfast.engine.closing import shut
from holdfast.engine.handle import Handle
from holdfast.engine.loops import Loop
from holdfast.errors import EngineClosed
from holdfast.execution.effects import drive
from holdfast.store.port import Store
from holdfast.values import Codec

if TYPE_CHECKING:
    from holdfast.engine.checked import RequireChecked
    from holdfast.guard import Guard, Mode

T = TypeVar("T")


class Engine(Client):
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
        queues: the queues that it claims from, `default` among them if it shall; all of them unless given.
        store: a store of one's own instead of `url`.
        guard: what happens when workflow code uses a hazard (a clock, randomness, I/O …): `off`, `warn` logs it, `raise`
            parks the workflow as stuck; or a `holdfast.guard.Guard`.
        require_checked: what happens with workflows whose code is not the code that `holdfast check` has seen, or broke a
            rule there: `off`, `warn` logs it, `raise` refuses to launch or to start them. Code of which the check could not
            resolve every call is warned of in both.
        manifest: what `holdfast check --write-manifest` wrote: a path, or `package:name` for a file inside a package. Without
            it `holdfast.manifest.json` is looked for in the working directory, and in and beside the workflows' packages.
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
        queues: Iterable[Queue | str] | None = None,
        store: Store | None = None,
        guard: Mode | Guard = "off",
        require_checked: RequireChecked = "off",
        manifest: str | os.PathLike[str] | None = None,
    ) -> None:
        if lease <= 0 or concurrency < 1:
            raise ValueError(
                f"an engine needs a `lease` above 0 and a `concurrency` of 1 or more, not {lease}, {concurrency}"
            )
        super().__init__(
            url,
            executor=executor,
            lease=lease,
            concurrency=concurrency,
            schema=schema,
            codec=codec,
            suspend_after=suspend_after,
            any_version=any_version,
            most_attempts=most_attempts,
            queues=queues,
            store=store,
        )
        if guard != "off":
            from holdfast.guard import Guard

            guard = guard if isinstance(guard, Guard) else Guard(guard)
            self._core.guard = guard if guard.mode != "off" else None
        if require_checked not in ("off", "warn", "raise"):
            raise ValueError(f"`require_checked` is `off`, `warn` or `raise`, not {require_checked!r}")
        if require_checked != "off":
            from holdfast.engine.checked import Checked

            self._core.checked = Checked(require_checked, manifest)
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

    def launch(self) -> None:
        """Connect, migrate, recover and begin to claim work.

        Raises:
            StoreUnavailable: the database cannot be reached.
            SchemaTooNew: a newer release has migrated it.
            EngineClosed: it was closed before; an engine launches once.
            NotChecked: a workflow's code was not checked, and `require_checked` is `raise`; or there is no manifest.
        """
        if self._launched:
            raise EngineClosed("an engine launches once; make another `Engine`")
        if self._core.checked is not None:
            self._core.checked.require_all(registered().values())
        self._launched = True
        guard = self._core.guard
        if guard is not None:
            guard.install()
        try:
            self._core.launch(self._migrate)
        except BaseException:
            self._core.open = False
            self._core.store.close()
            if guard is not None:
                guard.uninstall()
            raise
        active.enter(self)

    def close(self) -> None:
        """Drain and disconnect: running workflows are handed back at their next durable operation."""
        if self._launched and self._core.open:
            active.leave(self)
            try:
                shut(self._core, self._drain)
            finally:
                if self._core.guard is not None:
                    self._core.guard.uninstall()

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


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
