"""What calling a declared function in workflow code does, for sync and async code."""

from __future__ import annotations

from types import FrameType
from typing import TYPE_CHECKING, Any

from holdfast.execution.effects import Operation, adrive, drive
from holdfast.execution.operations import call
from holdfast.execution.scope import Branch
from holdfast.execution.source import source_of
from holdfast.execution.transactions import transact

if TYPE_CHECKING:
    from holdfast.declare import Definition, Step, Transaction


def call_step(
    step: Step[Any, Any], branch: Branch, args: tuple[Any, ...], kwargs: dict[str, Any], caller: FrameType
) -> Any:
    """Call a step in workflow code; gives a coroutine for an async one."""
    return _driven(step, branch, call(branch, step, args, kwargs, source_of(caller)))


def call_transaction(
    transaction: Transaction[Any, Any],
    branch: Branch,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    caller: FrameType,
) -> Any:
    """Call a transaction in workflow code; gives a coroutine for an async one."""
    return _driven(transaction, branch, transact(branch, transaction, args, kwargs, source_of(caller)))


def _driven(definition: Definition[Any, Any], branch: Branch, operation: Operation[Any]) -> Any:
    if not definition.is_async:
        return drive(operation)
    if not branch.execution.workflow.is_async:
        operation.close()
        raise TypeError(
            f"async {definition.label} was called in the sync workflow `{branch.execution.workflow.name}`;"
            " make the workflow `async def`, or the step `def`"
        )
    return adrive(operation)
