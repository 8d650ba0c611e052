"""Holdfast: durable workflows for Python, proved fit to be durable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast import aio
from holdfast.declare import Retry, Step, Transaction, Workflow, step, transaction, workflow
from holdfast.errors import (
    EngineClosed,
    HoldfastError,
    IllegalTransition,
    InvalidId,
    NoEngine,
    NotAWorkflow,
    NotChecked,
    OutsideWorkflow,
    SchemaMissing,
    SchemaTooNew,
    StepTimeout,
    StoreUnavailable,
    UnknownWorkflow,
    WorkflowCancelled,
    WorkflowConflict,
    WorkflowFailed,
    WorkflowStuck,
)
from holdfast.execution.current import Current, continue_as_new, current, logger, now, patched, random, uuid4
from holdfast.execution.waiting import as_completed, gather, sleep, start
from holdfast.states import State
from holdfast.values import (
    Codec,
    StepFailed,
    UndecodableValue,
    UnstorableValue,
    ValueTooLarge,
    register_error,
)

if TYPE_CHECKING:
    from holdfast.engine.client import Client
    from holdfast.engine.engine import Engine
    from holdfast.engine.handle import CheckpointRecord, Handle, WorkflowRecord

_LATER = {
    "Client": "holdfast.engine.client",
    "Engine": "holdfast.engine.engine",
    "Handle": "holdfast.engine.handle",
    "WorkflowRecord": "holdfast.engine.handle",
    "CheckpointRecord": "holdfast.engine.handle",
}


def __getattr__(name: str) -> Any:
    """Import what declaring workflows does not need when it is first asked for."""
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module `holdfast` has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(module), name)
    return found


__all__ = [
    # declaring
    "workflow",
    "step",
    "transaction",
    "Retry",
    "Workflow",
    "Step",
    "Transaction",
    # running
    "Engine",
    "Client",
    "Handle",
    "State",
    "WorkflowRecord",
    "CheckpointRecord",
    "Codec",
    # in workflow code
    "sleep",
    "start",
    "gather",
    "as_completed",
    "now",
    "random",
    "uuid4",
    "current",
    "Current",
    "patched",
    "continue_as_new",
    "logger",
    "aio",
    # errors
    "HoldfastError",
    "EngineClosed",
    "IllegalTransition",
    "InvalidId",
    "NoEngine",
    "NotAWorkflow",
    "NotChecked",
    "OutsideWorkflow",
    "SchemaMissing",
    "SchemaTooNew",
    "StepFailed",
    "StepTimeout",
    "StoreUnavailable",
    "UndecodableValue",
    "UnknownWorkflow",
    "UnstorableValue",
    "ValueTooLarge",
    "WorkflowCancelled",
    "WorkflowConflict",
    "WorkflowFailed",
    "WorkflowStuck",
    "register_error",
]
