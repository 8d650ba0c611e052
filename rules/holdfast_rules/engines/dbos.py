"""The profile of DBOS Transact. Read from: dbos-transact-py 2.30.0 (August 2026), its tests and dbos-demo-apps.

A step called in a step's body is a plain call of the function. Whatever reads or changes other workflows (`list_workflows`,
`cancel_workflow`, a handle's `get_status` …) is recorded as a step when workflow code calls it. `DBOS.logger` is a plain
logger that adds the workflow's id: it repeats its lines on recovery, hence is no replacement for `print`.
"""

from holdfast_rules.engines.profile import (
    Argument,
    Demand,
    Operation,
    OperationKind,
    Profile,
    Shape,
    StepMarker,
    WorkflowMarker,
)
from holdfast_rules.engines.spelling import STRUCTURED_ASYNC, defined_in, in_step, members
from holdfast_rules.fixes import Needs, Substitute, Takes, sleeping_by

_D = "dbos.DBOS"


def _twins(name: str, kind: OperationKind, names: tuple[Argument, ...] = ()) -> tuple[Operation, ...]:
    """Return the operation and its twin for async workflows."""
    return (
        Operation(name=name, kind=kind, names=names),
        Operation(name=f"{name}_async", kind=kind, names=names, awaited=True),
    )


def _calling(name: str, position: int, *, step: bool, names: tuple[Argument, ...] = ()) -> tuple[Operation, ...]:
    """Return twins that call the function at `position` with all arguments behind it."""
    return tuple(
        Operation(
            name=f"{name}{suffix}",
            kind=OperationKind.STEP if step else OperationKind.CHILD,
            runs=(Argument(position, "func"),) if step else (),
            names=names,
            awaited=bool(suffix),
            callable_arguments=position + 1,
        )
        for suffix in ("", "_async")
    )


_RECORDED = (
    *("get_workflow_status", "retrieve_workflow", "list_workflows", "list_queued_workflows", "list_workflow_steps"),
    *("cancel_workflow", "cancel_workflows", "resume_workflow", "resume_workflows", "fork_workflow", "delete_workflow"),
    *("delete_workflows", "update_workflow_attributes", "set_workflow_delay", "get_all_events"),
    *("create_schedule", "list_schedules", "get_schedule", "delete_schedule", "apply_schedules"),
)
_RECORDED_SYNC_ONLY = ("pause_schedule", "resume_schedule", "backfill_schedule", "trigger_schedule")

_STARTING = ("start_workflow", "enqueue_workflow", "enqueue_workflow_with_options", "retrieve_workflow")

_NAMERS = (
    Operation(name="dbos.SetWorkflowID", kind=OperationKind.CHILD, names=(Argument(0, "wfid"),)),
    Operation(name="dbos.SetEnqueueOptions", kind=OperationKind.CHILD, names=(Argument(keyword="deduplication_id"),)),
)

_OPERATIONS = (
    *_calling(f"{_D}.run_step", 1, step=True),
    *_calling("dbos.SQLAlchemyDatasource.run_tx_step", 1, step=True)[:1],
    *_calling("dbos.AsyncSQLAlchemyDatasource.run_tx_step", 1, step=True)[1:],
    *_calling(f"{_D}.start_workflow", 0, step=False),
    *_calling(f"{_D}.enqueue_workflow", 1, step=False),
    *_calling("dbos.Queue.enqueue", 0, step=False),
    *_twins(f"{_D}.enqueue_workflow_with_options", OperationKind.CHILD),
    *_twins("dbos.Debouncer.debounce", OperationKind.CHILD, (Argument(0, "debounce_key"),)),
    *_twins(f"{_D}.sleep", OperationKind.SLEEP),
    *_twins(f"{_D}.recv", OperationKind.RECEIVE, (Argument(0, "topic"),)),
    *_twins(f"{_D}.get_event", OperationKind.RECEIVE, (Argument(1, "key"),)),
    *_twins(f"{_D}.read_stream", OperationKind.RECEIVE, (Argument(1, "key"),)),
    *_twins(f"{_D}.read_stream_offset", OperationKind.RECEIVE, (Argument(1, "key"),)),
    *_twins(f"{_D}.send", OperationKind.SEND, (Argument(keyword="idempotency_key"),)),
    *_twins(f"{_D}.send_bulk", OperationKind.SEND),
    *_twins(f"{_D}.set_event", OperationKind.SEND, (Argument(0, "key"),)),
    *_twins(f"{_D}.write_stream", OperationKind.SEND, (Argument(0, "key"),)),
    *_twins(f"{_D}.close_stream", OperationKind.SEND, (Argument(0, "key"),)),
    *_twins(f"{_D}.patch", OperationKind.PATCH, (Argument(0, "patch_name"),)),
    *_twins(f"{_D}.deprecate_patch", OperationKind.PATCH, (Argument(0, "patch_name"),)),
    *_twins(f"{_D}.get_result", OperationKind.WAIT, (Argument(0, "workflow_id"),)),
    *_twins(f"{_D}.wait_first", OperationKind.GATHER),
    Operation(name=f"{_D}.asyncio_wait", kind=OperationKind.GATHER, awaited=True),
    Operation(name="dbos.WorkflowHandle.get_result", kind=OperationKind.WAIT),
    Operation(name="dbos.WorkflowHandle.get_status", kind=OperationKind.VALUE),
    Operation(name="dbos.WorkflowHandleAsync.get_result", kind=OperationKind.WAIT, awaited=True),
    Operation(name="dbos.WorkflowHandleAsync.get_status", kind=OperationKind.VALUE, awaited=True),
    *(operation for name in _RECORDED for operation in _twins(f"{_D}.{name}", OperationKind.VALUE)),
    *(Operation(name=f"{_D}.{name}", kind=OperationKind.VALUE) for name in _RECORDED_SYNC_ONLY),
    *_NAMERS,
    # Runners of agent frameworks that record each model call as a step.
    Operation(name="dbos_openai_agents.DBOSRunner.run", kind=OperationKind.STEP, awaited=True),
    Operation(name="pydantic_ai.durable_exec.dbos.DBOSAgent.run", kind=OperationKind.STEP, awaited=True),
    Operation(name="pydantic_ai.durable_exec.dbos.DBOSAgent.run_sync", kind=OperationKind.STEP),
)

PROFILE = Profile(
    name="dbos",
    title="DBOS Transact",
    packages=("dbos", "dbos_openai_agents", "pydantic_ai.durable_exec.dbos"),
    shape=Shape(generator=Demand.REFUSED, unique_names=True),
    workflows=(WorkflowMarker(decorator=f"{_D}.workflow"),),
    steps=(
        StepMarker(decorator=f"{_D}.step"),
        StepMarker(decorator=f"{_D}.communicator"),
        StepMarker(decorator=f"{_D}.transaction", transaction=True),
        StepMarker(decorator="dbos.SQLAlchemyDatasource.transaction", transaction=True),
        StepMarker(decorator="dbos.AsyncSQLAlchemyDatasource.transaction", transaction=True),
    ),
    operations=_OPERATIONS,
    instances={f"{_D}.sql_session": "sqlalchemy.orm.Session"},
    returns={
        "dbos.SQLAlchemyDatasource.sql_session": "sqlalchemy.orm.Session",
        "dbos.AsyncSQLAlchemyDatasource.sql_session": "sqlalchemy.ext.asyncio.AsyncSession",
        **{f"{_D}.{name}": "dbos.WorkflowHandle" for name in _STARTING},
        **{f"{_D}.{name}_async": "dbos.WorkflowHandleAsync" for name in _STARTING},
        f"{_D}.fork_workflow": "dbos.WorkflowHandle",
        f"{_D}.fork_workflow_async": "dbos.WorkflowHandleAsync",
        f"{_D}.resume_workflow": "dbos.WorkflowHandle",
        f"{_D}.resume_workflow_async": "dbos.WorkflowHandleAsync",
        f"{_D}.wait_first": "dbos.WorkflowHandle",
        f"{_D}.wait_first_async": "dbos.WorkflowHandleAsync",
        "dbos.Queue.enqueue": "dbos.WorkflowHandle",
        "dbos.Queue.enqueue_async": "dbos.WorkflowHandleAsync",
        "dbos.Debouncer.create": "dbos.Debouncer",
        "dbos.Debouncer.create_async": "dbos.Debouncer",
        "dbos.Debouncer.debounce": "dbos.WorkflowHandle",
        "dbos.Debouncer.debounce_async": "dbos.WorkflowHandleAsync",
        "dbos.SQLAlchemyDatasource.create": "dbos.SQLAlchemyDatasource",
        "dbos.AsyncSQLAlchemyDatasource.create": "dbos.AsyncSQLAlchemyDatasource",
        f"{_D}.register_queue": "dbos.Queue",
        f"{_D}.register_queue_async": "dbos.Queue",
        f"{_D}.retrieve_queue": "dbos.Queue",
        f"{_D}.retrieve_queue_async": "dbos.Queue",
    },
    deterministic=STRUCTURED_ASYNC,
    workflow_predicates=(f"{_D}.workflow_id",),
    predicates_hold_in_steps=True,
    outside_errors=members((_D,), "patch", "patch_async", "deprecate_patch", "deprecate_patch_async"),
    substitutes=(
        Substitute(hazard="time.sleep", write="{dbos.DBOS}.sleep({0})", takes=Takes.ONE, needs=Needs.SYNC),
        *sleeping_by("{0}", "{dbos.DBOS}.sleep_async"),
    ),
    step_decorator="{dbos.DBOS}.step()",
    replacements=in_step(
        "a `@DBOS.step` that does it: its result is kept, and recovery reads it back",
        clock="a `@DBOS.step` that returns the time",
        randomness="a `@DBOS.step` that returns the random value",
        identifier="a `@DBOS.step` that returns the identifier, or one derived from `DBOS.workflow_id`",
        sleep="`DBOS.sleep(...)`, in async workflows `await DBOS.sleep_async(...)`",
        completion_order="`await DBOS.asyncio_wait(...)`, or `asyncio.gather(...)`, which keeps the order",
        output="a `@DBOS.step` that writes it (`DBOS.logger` repeats its lines on recovery, too)",
        memoised="a `@DBOS.step`, whose result is kept with the workflow",
    ),
    nested_steps=True,
    cleanup_operations=True,
    control_exceptions={
        "dbos.error.DBOSWorkflowCancelledError": "BaseException",
        "dbos.error.DBOSWorkflowConflictIDError": "BaseException",
    },
    aliases=defined_in(
        "dbos",
        {
            "_dbos": "DBOS WorkflowHandle WorkflowHandleAsync",
            "dbos": "DBOS WorkflowHandle",
            "_context": "SetWorkflowID SetEnqueueOptions",
            "_datasource": "SQLAlchemyDatasource AsyncSQLAlchemyDatasource",
            "_debouncer": "Debouncer",
            "_queue": "Queue",
        },
    )
    | {"dbos._error": "dbos.error"},
)
