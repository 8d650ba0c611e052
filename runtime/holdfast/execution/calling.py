"""What calling a declared function in workflow code does, for sync and async code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

from holdfast.execution.children import child
from holdfast.execution.effects import Operation, adrive, drive
from holdfast.execution.operations import call
from holdfast.execution.scope import Branch, note_made, scope
from holdfast.execution.source import source_of
from holdfast.execution.transactions import transact

if TYPE_CHECKING:
    from holdfast.declare import Definition, Step, Transaction, Workflow

T = TypeVar("T")


def call_step(
    step: Step[Any, Any], branch: Branch, args: tuple[Any, ...], kwargs: dict[str, Any], caller: FrameType
) -> Any:
    """Call a step in workflow code; gives a coroutine for an async one."""
    source = source_of(caller)
    if not step.is_async:
        return drive(call(branch, step, args, kwargs, source))
    require_async(step, branch, "make the workflow `async def`, or the step `def`")
    return coroutine_of(step, branch, lambda here: call(here, step, args, kwargs, source))


def call_transaction(
    transaction: Transaction[Any, Any],
    branch: Branch,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    caller: FrameType,
) -> Any:
    """Call a transaction in workflow code; gives a coroutine for an async one."""
    source = source_of(caller)
    if not transaction.is_async:
        return drive(transact(branch, transaction, args, kwargs, source))
    require_async(transaction, branch, "make the workflow `async def`, or the transaction `def`")
    return coroutine_of(transaction, branch, lambda here: transact(here, transaction, args, kwargs, source))


def call_child(
    workflow: Workflow[Any, Any], branch: Branch, args: tuple[Any, ...], kwargs: dict[str, Any], caller: FrameType
) -> Any:
    """Call a workflow in workflow code; gives a coroutine for an async one."""
    source = source_of(caller)
    if not workflow.is_async:
        return drive(child(branch, workflow, args, kwargs, source))
    require_async(workflow, branch, "use `holdfast.start(…).result()`, or make the caller `async def`")
    return coroutine_of(workflow, branch, lambda here: child(here, workflow, args, kwargs, source))


def require_async(definition: Definition[Any, Any], branch: Branch, remedy: str) -> None:
    """Raise `TypeError` when a sync workflow calls an async function, which it could not await."""
    if not branch.execution.workflow.is_async:
        raise TypeError(
            f"async {definition.label} was called in the sync workflow `{branch.execution.workflow.name}`; {remedy}"
        )


def coroutine_of(
    definition: Definition[Any, Any], branch: Branch, operate: Callable[[Branch], Operation[T]]
) -> Coroutine[Any, Any, T]:
    """Return the coroutine of an operation that was called in workflow code, for the code to await."""
    note_made(definition.name)
    return adrive_here(branch, operate)


async def adrive_here(caller: Branch, operate: Callable[[Branch], Operation[T]]) -> T:
    """Run an operation in the branch of the task that awaits it.

    It may have been called in another: `asyncio.gather(step(1), step(2))` calls in one and awaits in two. Were the keys
    taken from the caller's, they would go by the order in which the loop happens to begin the tasks.
    """
    here = scope.get()
    branch = here if type(here) is Branch else caller
    return await adrive_in(branch, operate(branch))


async def adrive_in(branch: Branch, operation: Operation[T]) -> T:
    """Run an operation of `branch` in this task, and note when the workflow's code cuts it short."""
    try:
        return await adrive(operation)
    except asyncio.CancelledError:
        branch.note_cut()
        raise
