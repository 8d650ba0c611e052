"""Holdfast: durable workflows for Python, proved fit to be durable."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast import aio
    from holdfast.declare.queue import Queue
    from holdfast.declare.retry import Retry
    from holdfast.declare.step import Step, step
    from holdfast.declare.transaction import Transaction, transaction
    from holdfast.declare.workflow import Workflow, workflow
    from holdfast.engine.client import Client
    from holdfast.engine.engine import Engine
    from holdfast.engine.handle import CheckpointRecord, Handle, WorkflowRecord
    from holdfast.engine.queues import QueueRecord
    from holdfast.engine.schedules import ScheduleRecord
    from holdfast.errors import (
        EngineClosed,
        HoldfastError,
        IllegalTransition,
        InvalidId,
        NoEngine,
        NotAWorkflow,
        NotChecked,
        NoValue,
        OutsideWorkflow,
        SchemaMissing,
        SchemaTooNew,
        StepTimeout,
        StoreUnavailable,
        Undeliverable,
        UnknownQueue,
        UnknownSchedule,
        UnknownWorkflow,
        WorkflowCancelled,
        WorkflowConflict,
        WorkflowFailed,
        WorkflowStuck,
    )
    from holdfast.execution.current import Current, continue_as_new, current, logger, now, patched, random, uuid4
    from holdfast.execution.telling import emit, get_value, receive, send, set_value
    from holdfast.execution.waiting import as_completed, gather, sleep, start
    from holdfast.states import State
    from holdfast.store.queues import Limits, Rate
    from holdfast.values import (
        Codec,
        StepFailed,
        UndecodableValue,
        UnstorableValue,
        ValueTooLarge,
        register_error,
    )

_HOMES = {
    "holdfast.declare.queue": ("Queue",),
    "holdfast.declare.retry": ("Retry",),
    "holdfast.declare.step": ("Step", "step"),
    "holdfast.declare.transaction": ("Transaction", "transaction"),
    "holdfast.declare.workflow": ("Workflow", "workflow"),
    "holdfast.engine.client": ("Client",),
    "holdfast.engine.engine": ("Engine",),
    "holdfast.engine.handle": ("CheckpointRecord", "Handle", "WorkflowRecord"),
    "holdfast.engine.queues": ("QueueRecord",),
    "holdfast.engine.schedules": ("ScheduleRecord",),
    "holdfast.errors": (
        "EngineClosed",
        "HoldfastError",
        "IllegalTransition",
        "InvalidId",
        "NoEngine",
        "NotAWorkflow",
        "NotChecked",
        "NoValue",
        "OutsideWorkflow",
        "SchemaMissing",
        "SchemaTooNew",
        "StepTimeout",
        "StoreUnavailable",
        "Undeliverable",
        "UnknownQueue",
        "UnknownSchedule",
        "UnknownWorkflow",
        "WorkflowCancelled",
        "WorkflowConflict",
        "WorkflowFailed",
        "WorkflowStuck",
    ),
    "holdfast.execution.current": (
        "Current",
        "continue_as_new",
        "current",
        "logger",
        "now",
        "patched",
        "random",
        "uuid4",
    ),
    "holdfast.execution.telling": ("emit", "get_value", "receive", "send", "set_value"),
    "holdfast.execution.waiting": ("as_completed", "gather", "sleep", "start"),
    "holdfast.states": ("State",),
    "holdfast.store.queues": ("Limits", "Rate"),
    "holdfast.values": (
        "Codec",
        "StepFailed",
        "UndecodableValue",
        "UnstorableValue",
        "ValueTooLarge",
        "register_error",
    ),
}
"""Where each name of this face lives. They are imported when they are first asked for: `holdfast check` needs none of them,
and declaring workflows needs few."""

_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name of the face when it is first asked for."""
    module = _HOME_OF.get(name)
    if module is None:
        if name == "aio":
            return import_module("holdfast.aio")
        raise AttributeError(f"module `holdfast` has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(module), name)
    return found


def __dir__() -> list[str]:
    """Name what the face offers, imported yet or not."""
    return sorted({*globals(), *__all__})


__all__ = [
    # declaring
    "workflow",
    "step",
    "transaction",
    "Retry",
    "Workflow",
    "Step",
    "Transaction",
    "Queue",
    "Rate",
    "Limits",
    # running
    "Engine",
    "Client",
    "Handle",
    "State",
    "WorkflowRecord",
    "CheckpointRecord",
    "QueueRecord",
    "ScheduleRecord",
    "Codec",
    # in workflow code
    "sleep",
    "start",
    "gather",
    "as_completed",
    "send",
    "receive",
    "set_value",
    "get_value",
    "emit",
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
    "NoValue",
    "OutsideWorkflow",
    "SchemaMissing",
    "SchemaTooNew",
    "StepFailed",
    "StepTimeout",
    "StoreUnavailable",
    "UndecodableValue",
    "Undeliverable",
    "UnknownQueue",
    "UnknownSchedule",
    "UnknownWorkflow",
    "UnstorableValue",
    "ValueTooLarge",
    "WorkflowCancelled",
    "WorkflowConflict",
    "WorkflowFailed",
    "WorkflowStuck",
    "register_error",
]
