"""What calling a workflow like a function does: a child in workflow code, a durable run elsewhere."""

from __future__ import annotations

from types import FrameType
from typing import Any

from holdfast.declare import Workflow
from holdfast.engine.active import active_engine
from holdfast.engine.beginning import Call, start_here
from holdfast.execution.calling import call_child
from holdfast.execution.effects import adrive, drive
from holdfast.execution.scope import Branch, scope


def call_workflow(
    workflow: Workflow[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any], caller: FrameType
) -> Any:
    """Run `workflow` durably; gives an awaitable for an async one."""
    branch = scope.get()
    if type(branch) is Branch:
        return call_child(workflow, branch, args, kwargs, caller)
    engine = active_engine(f"workflow `{workflow.name}`")
    operation = start_here(engine._core, Call(workflow, args, kwargs))
    return adrive(operation) if workflow.is_async else drive(operation)
