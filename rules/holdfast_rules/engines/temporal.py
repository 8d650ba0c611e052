"""The profile of Temporal. Read from: temporalio 1.31.0 and its samples; names of older versions have not changed.

Signal and update handlers and `__init__` run on every replay, queries and update validators on none. The event loop of a
workflow is Temporal's own: timers of asyncio are durable there and callbacks run in a fixed order, but `asyncio.wait` and
`asyncio.as_completed` go through sets.
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
from holdfast_rules.fixes import Substitute, drawing_from, logging_to, reading, sleeping_by

_W = "temporalio.workflow"

_ACTIVITY_NAMES = (Argument(0, "activity"), Argument(keyword="activity_id"))

_ACTIVITIES = tuple(
    Operation(
        name=f"{_W}.{verb}_{kind}{suffix}",
        kind=OperationKind.STEP,
        names=_ACTIVITY_NAMES,
        awaited=True,
    )
    for verb in ("execute", "start")
    for kind in ("activity", "local_activity")
    for suffix in ("", "_class", "_method")
)

_CHILDREN = tuple(
    Operation(
        name=f"{_W}.{name}",
        kind=OperationKind.CHILD,
        names=(Argument(0, "workflow"), Argument(keyword="id")),
        awaited=True,
    )
    for name in ("execute_child_workflow", "start_child_workflow")
)

_NEXUS = tuple(
    Operation(
        name=f"{_W}.NexusClient.{name}",
        kind=OperationKind.CHILD,
        names=(Argument(0, "operation"),),
        awaited=True,
    )
    for name in ("execute_operation", "start_operation")
)

_SIGNALS = (
    Operation(
        name=f"{_W}.ChildWorkflowHandle.signal", kind=OperationKind.SEND, names=(Argument(0, "signal"),), awaited=True
    ),
    Operation(
        name=f"{_W}.ExternalWorkflowHandle.signal",
        kind=OperationKind.SEND,
        names=(Argument(0, "signal"),),
        awaited=True,
    ),
    Operation(name=f"{_W}.ExternalWorkflowHandle.cancel", kind=OperationKind.SEND, awaited=True),
    Operation(name=f"{_W}.get_external_workflow_handle", kind=OperationKind.VALUE, names=(Argument(0, "workflow_id"),)),
    Operation(
        name=f"{_W}.get_external_workflow_handle_for", kind=OperationKind.VALUE, names=(Argument(1, "workflow_id"),)
    ),
    Operation(name=f"{_W}.signal_with_start_workflow", kind=OperationKind.SEND, awaited=True),
)

_HANDLERS = (
    Operation(
        name=f"{_W}.set_signal_handler",
        kind=OperationKind.RECEIVE,
        branches=(Argument(1, "handler"),),
        names=(Argument(0, "name"),),
    ),
    Operation(
        name=f"{_W}.set_update_handler",
        kind=OperationKind.RECEIVE,
        branches=(Argument(1, "handler"),),
        names=(Argument(0, "name"),),
    ),
    Operation(name=f"{_W}.set_dynamic_signal_handler", kind=OperationKind.RECEIVE, branches=(Argument(0, "handler"),)),
    Operation(name=f"{_W}.set_dynamic_update_handler", kind=OperationKind.RECEIVE, branches=(Argument(0, "handler"),)),
)

_OTHERS = (
    Operation(name=f"{_W}.sleep", kind=OperationKind.SLEEP, awaited=True),
    Operation(name=f"{_W}.wait_condition", kind=OperationKind.WAIT, branches=(Argument(0, "fn"),), awaited=True),
    Operation(name=f"{_W}.wait", kind=OperationKind.GATHER, awaited=True),
    Operation(name=f"{_W}.as_completed", kind=OperationKind.GATHER),
    Operation(name=f"{_W}.continue_as_new", kind=OperationKind.CONTINUE),
    Operation(
        name="temporalio.contrib.workflow_streams.WorkflowStream.continue_as_new",
        kind=OperationKind.CONTINUE,
        awaited=True,
    ),
    Operation(name=f"{_W}.patched", kind=OperationKind.PATCH, names=(Argument(0, "id"),)),
    Operation(name=f"{_W}.deprecate_patch", kind=OperationKind.PATCH, names=(Argument(0, "id"),)),
    Operation(name=f"{_W}.upsert_search_attributes", kind=OperationKind.SEND),
    Operation(name=f"{_W}.upsert_memo", kind=OperationKind.SEND),
)

# The OpenAI Agents plugin and Pydantic AI's own Temporal wrapper run each model call as an activity.
_AGENTS = (
    Operation(name="agents.Runner.run", kind=OperationKind.STEP, awaited=True),
    Operation(name="agents.Runner.run_streamed", kind=OperationKind.STEP),
    Operation(name="pydantic_ai.durable_exec.temporal.TemporalAgent.run", kind=OperationKind.STEP, awaited=True),
)

PROFILE = Profile(
    name="temporal",
    title="Temporal",
    packages=("temporalio", "pydantic_ai.durable_exec.temporal"),
    cleanup_operations=True,
    sets_context=True,
    records_completion=True,
    stores_arguments=True,
    shape=Shape(generator=Demand.REFUSED, asynchronous=Demand.REQUIRED, run_decorator=f"{_W}.run"),
    workflows=(
        WorkflowMarker(
            decorator=f"{_W}.defn",
            on="class",
            entry_decorators=(f"{_W}.run", f"{_W}.signal", f"{_W}.update", f"{_W}.init"),
            excluded_decorators=(
                f"{_W}.query",
                f"{_W}.dynamic_config",
                f"{_W}.update.validator",
                f"{_W}.UpdateMethodMultiParam.validator",
            ),
        ),
    ),
    steps=(StepMarker(decorator="temporalio.activity.defn", called_is_checkpoint=False),),
    operations=(*_ACTIVITIES, *_CHILDREN, *_NEXUS, *_SIGNALS, *_HANDLERS, *_OTHERS, *_AGENTS),
    instances={f"{_W}.logger": f"{_W}.LoggerAdapter"},
    returns={
        f"{_W}.update": f"{_W}.UpdateMethodMultiParam",
        **{
            f"{_W}.start_{kind}{suffix}": f"{_W}.ActivityHandle"
            for kind in ("activity", "local_activity")
            for suffix in ("", "_class", "_method")
        },
        f"{_W}.start_child_workflow": f"{_W}.ChildWorkflowHandle",
        f"{_W}.get_external_workflow_handle": f"{_W}.ExternalWorkflowHandle",
        f"{_W}.get_external_workflow_handle_for": f"{_W}.ExternalWorkflowHandle",
        f"{_W}.create_nexus_client": f"{_W}.NexusClient",
        f"{_W}.NexusClient.start_operation": f"{_W}.NexusOperationHandle",
        f"{_W}.info": f"{_W}.Info",
        f"{_W}.current_update_info": f"{_W}.UpdateInfo",
        f"{_W}.now": "datetime.datetime",
        f"{_W}.time": "builtins.float",
        f"{_W}.time_ns": "builtins.int",
        f"{_W}.uuid4": "uuid.UUID",
        f"{_W}.uuid7": "uuid.UUID",
        f"{_W}.random": "random.Random",
        f"{_W}.new_random": "random.Random",
        f"{_W}.metric_meter": "temporalio.common.MetricMeter",
        f"{_W}.payload_converter": "temporalio.converter.PayloadConverter",
    },
    deterministic=(
        *STRUCTURED_ASYNC,
        *members(("asyncio",), "sleep", "timeout", "timeout_at", "wait_for"),
        *members(("asyncio",), "Event", "Lock", "Condition", "Semaphore", "BoundedSemaphore", "Barrier"),
        *members(("asyncio",), "Queue", "LifoQueue", "PriorityQueue", "Future", "Task"),
        *members(("asyncio.AbstractEventLoop",), "time", "call_later", "call_at", "call_soon", "create_task"),
        *members(("asyncio.AbstractEventLoop",), "create_future"),
    ),
    replay_predicates=(f"{_W}.unsafe.is_replaying", f"{_W}.unsafe.is_replaying_history_events"),
    workflow_predicates=(f"{_W}.in_workflow", f"{_W}.unsafe.in_sandbox"),
    outside_errors=members(
        (_W,),
        *("info", "instance", "memo", "metric_meter", "now", "patched", "payload_converter", "random", "new_random"),
        *("random_seed", "time", "time_ns", "uuid4", "uuid7", "unsafe.is_replaying"),
        *("unsafe.is_replaying_history_events", "get_external_workflow_handle", "get_external_workflow_handle_for"),
    ),
    loggers=(f"{_W}.logger", f"{_W}.LoggerAdapter"),
    unrestricted=(f"{_W}.unsafe.sandbox_unrestricted",),
    substitutes=(
        Substitute(hazard="time.time", write=f"{{{_W}}}.time()"),
        Substitute(hazard="time.time_ns", write=f"{{{_W}}}.time_ns()"),
        *reading(f"{{{_W}}}.now()"),
        *drawing_from(f"{{{_W}}}.random()"),
        *logging_to(f"{{{_W}}}.logger"),
        *sleeping_by("{0}", "{asyncio}.sleep")[1:],  # asyncio's own is durable
        Substitute(hazard="uuid.uuid4", write=f"{{{_W}}}.uuid4()"),
    ),
    replacements=in_step(
        "an activity that does it, called with `workflow.execute_activity`",
        clock="`workflow.now()`",
        randomness="`workflow.random()`",
        identifier="`workflow.uuid4()`",
        sleep="`await workflow.sleep(...)`",
        completion_order="`workflow.wait(...)` or `workflow.as_completed(...)`, which keep the order",
        output="`workflow.logger`",
        state="an attribute of the workflow instance",
        memoised="an attribute of the workflow instance, or an activity",
    ),
    aliases=defined_in(
        _W,
        {
            "_activities": (
                "ActivityHandle execute_activity execute_activity_class execute_activity_method execute_local_activity "
                "execute_local_activity_class execute_local_activity_method start_activity start_activity_class "
                "start_activity_method start_local_activity start_local_activity_class start_local_activity_method"
            ),
            "_asyncio": "as_completed wait",
            "_context": (
                "Info UpdateInfo current_update_info deprecate_patch in_workflow info instance memo metric_meter "
                "new_random now patched payload_converter random random_seed sleep time time_ns upsert_memo "
                "upsert_search_attributes uuid4 uuid7 wait_condition"
            ),
            "_definition": "defn dynamic_config init run",
            "_handlers": "UpdateMethodMultiParam query signal update",
            "_nexus": "NexusClient NexusOperationHandle create_nexus_client",
            "_sandbox": "LoggerAdapter logger unsafe",
            "_workflow_ops": (
                "ChildWorkflowHandle ExternalWorkflowHandle continue_as_new execute_child_workflow "
                "get_external_workflow_handle get_external_workflow_handle_for set_dynamic_signal_handler "
                "set_dynamic_update_handler set_signal_handler set_update_handler start_child_workflow"
            ),
        },
    )
    | {
        "agents.run.Runner": "agents.Runner",
        "temporalio.nexus.system.workflow_service.signal_with_start_workflow": f"{_W}.signal_with_start_workflow",
    },
)
