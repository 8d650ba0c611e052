"""The decorators, and the registry in which an engine looks up the code of a workflow."""

from __future__ import annotations

from holdfast.declare.definition import Bound, Definition
from holdfast.declare.registry import registered, workflow_named
from holdfast.declare.retry import Retry
from holdfast.declare.step import Step, step
from holdfast.declare.transaction import Transaction, transaction
from holdfast.declare.workflow import Workflow, as_workflow, workflow

__all__ = [
    "Bound",
    "Definition",
    "Retry",
    "Step",
    "Transaction",
    "Workflow",
    "as_workflow",
    "registered",
    "step",
    "transaction",
    "workflow",
    "workflow_named",
]
