"""What the durable operations ask of the outside: each effect can be run by a thread or awaited by a task.

Operations are generators that yield effects, as in Cory Benfield's "sans-I/O"; so each is written once, and `drive` or
`adrive` runs it for sync or async workflow code.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct

from holdfast.errors import StepTimeout
from holdfast.execution.scope import Branch, StepScope, scope
from holdfast.execution.timers import own_wait

if TYPE_CHECKING:
    from holdfast.committer import Committer, Ticket
    from holdfast.engine.bells import Bell
    from holdfast.engine.completion import Completion, Settled
    from holdfast.execution.execution import Execution
    from holdfast.store.records import Outcome

T = TypeVar("T")


class Effect(Protocol):
    """Something that takes time."""

    def run(self) -> Any:
        """Do it, blocking this thread."""

    async def arun(self) -> Any:
        """Do it, awaiting."""


Operation = Generator[Effect, Any, T]


def drive(operation: Operation[T]) -> T:
    """Run `operation` on this thread."""
    try:
        effect = next(operation)
        while True:
            try:
                value = effect.run()
            except BaseException as error:
                effect = operation.throw(error)
            else:
                effect = operation.send(value)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


async def adrive(operation: Operation[T]) -> T:
    """Run `operation` in this task."""
    try:
        effect = next(operation)
        while True:
            try:
                value = await effect.arun()
            except BaseException as error:
                effect = operation.throw(error)
            else:
                effect = operation.send(value)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]


class Durable(Struct, eq=False):
    """Wait until a ticket is settled; gives its outcome."""

    committer: Committer
    ticket: Ticket

    def run(self) -> Outcome:
        return self.committer.wait(self.ticket)

    async def arun(self) -> Outcome:
        return await self.committer.wait_async(self.ticket)


class Invoke(Struct, eq=False):
    """Call a function of the user in a given scope.

    The former scope is set again, and not by `reset`, which deletes the variable from the context where it had no value.
    Until Python 3.12 the collector can run meanwhile, and who asks for the scope then (the guard, in a finalizer) leaves
    a pointer to the deleted value in the variable's cache.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...] | list[Any]
    kwargs: dict[str, Any]
    within: Branch | StepScope
    timeout: float | None = None

    def run(self) -> Any:
        if self.timeout is not None:
            return self._run_timed(self.timeout)
        former = scope.get()
        scope.set(self.within)
        try:
            return self.function(*self.args, **self.kwargs)
        finally:
            scope.set(former)

    def _run_timed(self, timeout: float) -> Any:
        """Call in a thread of its own: nothing can stop a thread, but one can stop to wait for it."""
        outcome: list[Any] = []
        context = contextvars.copy_context()

        def call() -> None:
            scope.set(self.within)
            try:
                outcome.append((self.function(*self.args, **self.kwargs), None))
            except BaseException as error:
                outcome.append((None, error))

        thread = threading.Thread(target=context.run, args=(call,), name="holdfast-timed-step", daemon=True)
        thread.start()
        thread.join(timeout)
        if not outcome:
            raise self._late(timeout)
        result, error = outcome[0]
        if error is not None:
            raise error
        return result

    async def arun(self) -> Any:
        former = scope.get()
        scope.set(self.within)
        try:
            if self.timeout is None:
                return await self._call()
            try:
                async with asyncio.timeout(self.timeout) as limit:
                    return await self._call()
            except TimeoutError as error:
                if limit.expired():
                    raise self._late(self.timeout) from error
                raise
        finally:
            scope.set(former)

    async def _call(self) -> Any:
        value = self.function(*self.args, **self.kwargs)
        return await value if inspect.isawaitable(value) else value

    def _late(self, timeout: float) -> StepTimeout:
        name = getattr(self.function, "__qualname__", repr(self.function))
        return StepTimeout(f"`{name}` did not return within {timeout:g} s; make it faster, or raise its `timeout`")


class Pause:
    """Wait for some seconds, or until the execution closes; gives whether it was closed."""

    __slots__ = ("_execution", "_seconds")

    def __init__(self, execution: Execution, seconds: float) -> None:
        self._execution = execution
        self._seconds = seconds

    def run(self) -> bool:
        return self._execution.closed.wait(self._seconds)

    async def arun(self) -> bool:
        waiter = self._execution.on_close(asyncio.get_running_loop())
        own_wait.set(True)
        try:
            async with asyncio.timeout(self._seconds):
                await waiter
        except TimeoutError:
            return False
        finally:
            own_wait.set(False)
        return True


class Completed:
    """Wait for a workflow's end, for some seconds at most; gives how it has settled, None when it has not."""

    __slots__ = ("_completion", "_seconds")

    def __init__(self, completion: Completion, seconds: float | None) -> None:
        self._completion = completion
        self._seconds = seconds

    def run(self) -> Settled | None:
        return self._completion.wait(self._seconds)

    async def arun(self) -> Settled | None:
        own_wait.set(True)
        try:
            return await self._completion.wait_async(self._seconds)
        finally:
            own_wait.set(False)


class Heard:
    """Wait until a bell is rung or the execution closes, for some seconds at most; gives whether one of the two happened."""

    __slots__ = ("_bell", "_execution", "_seconds", "_seen")

    def __init__(self, execution: Execution, bell: Bell, seen: int, seconds: float) -> None:
        self._execution = execution
        self._bell = bell
        self._seen = seen
        self._seconds = seconds

    def run(self) -> bool:
        with self._execution.hearing(self._bell):
            return self._execution.closing is not None or self._bell.wait(self._seen, self._seconds)

    async def arun(self) -> bool:
        own_wait.set(True)
        try:
            with self._execution.hearing(self._bell):
                return self._execution.closing is not None or await self._bell.wait_async(self._seen, self._seconds)
        finally:
            own_wait.set(False)


class Blocking:
    """Call something short that blocks; a task has it called by a thread."""

    __slots__ = ("_args", "_function")

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        self._function = function
        self._args = args

    def run(self) -> Any:
        return self._function(*self._args)

    async def arun(self) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, self._function, *self._args)


class Both:
    """A sync and an async way to the same value."""

    __slots__ = ("_awaiting", "_blocking")

    def __init__(self, blocking: Callable[[], Any], awaiting: Callable[[], Any]) -> None:
        self._blocking = blocking
        self._awaiting = awaiting

    def run(self) -> Any:
        return self._blocking()

    async def arun(self) -> Any:
        return await self._awaiting()
