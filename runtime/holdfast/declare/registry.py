"""Which code belongs to which recorded name. Declarations are per process; engines, of which there may be many, read them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from holdfast.errors import NotAWorkflow

if TYPE_CHECKING:
    from holdfast.declare.workflow import Workflow

_workflows: dict[str, Workflow[Any, Any]] = {}
_lock = threading.Lock()


def register(workflow: Workflow[Any, Any]) -> None:
    """Enter `workflow` under its name; raise `NotAWorkflow` when another function has that name.

    The same function declared again (a reload, a test) takes the place of the former.
    """
    with _lock:
        former = _workflows.get(workflow.name)
        if former is not None and _place(former) != _place(workflow):
            raise NotAWorkflow(
                f"two workflows are named `{workflow.name}`: {_place(former)} and {_place(workflow)};"
                " give one of them another `name=`"
            )
        _workflows[workflow.name] = workflow


def unregister(name: str) -> None:
    """Forget the workflow registered as `name`, if there is one: a test that declared it is over."""
    with _lock:
        _workflows.pop(name, None)


def _place(workflow: Workflow[Any, Any]) -> str:
    return f"{workflow.function.__module__}.{workflow.function.__qualname__}"


def workflow_named(name: str) -> Workflow[Any, Any] | None:
    """Return the workflow registered as `name`, or None."""
    return _workflows.get(name)


def registered() -> dict[str, Workflow[Any, Any]]:
    """Return every registered workflow by name."""
    with _lock:
        return dict(_workflows)
