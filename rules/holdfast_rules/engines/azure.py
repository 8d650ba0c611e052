"""The profile of Azure Durable Functions and of the Durable Task SDK beneath it.

Read from: azure-functions-durable 1.2.9 (`azure.durable_functions`, decorators and `Orchestrator.create`) and 2.0 beta, and
durabletask 1.9.0 with durabletask-azuremanaged and their samples. Orchestrators are generators that yield tasks. Entities
run each operation once and are not replayed, hence count as step bodies.
"""

from holdfast_rules.engines.profile import Argument, Operation, OperationKind, Profile, StepMarker, WorkflowMarker
from holdfast_rules.engines.spelling import defined_in, in_step, members, owned
from holdfast_rules.fixes import Substitute, reading

_F = "azure.durable_functions"
_FUNCTIONS_CONTEXT = f"{_F}.DurableOrchestrationContext"
_TASK_CONTEXT = "durabletask.task.OrchestrationContext"
_CONTEXTS = (_FUNCTIONS_CONTEXT, _TASK_CONTEXT)
_APPS = (f"{_F}.DFApp", f"{_F}.Blueprint")
_WORKERS = (
    "durabletask.worker.TaskHubGrpcWorker",
    "durabletask.azuremanaged.worker.DurableTaskSchedulerWorker",
)

_NAME = (Argument(0, "name"),)
_INSTANCE = Argument(keyword="instance_id")

_SHARED = owned(
    _CONTEXTS,
    Operation(name="create_timer", kind=OperationKind.SLEEP, awaited=True),
    Operation(name="wait_for_external_event", kind=OperationKind.RECEIVE, names=_NAME, awaited=True),
    Operation(name="call_entity", kind=OperationKind.STEP, names=(Argument(0), Argument(1)), awaited=True),
    Operation(name="signal_entity", kind=OperationKind.SEND, names=(Argument(0), Argument(1))),
    Operation(name="continue_as_new", kind=OperationKind.CONTINUE),
    Operation(name="set_custom_status", kind=OperationKind.SEND),
)

_FUNCTIONS = owned(
    (_FUNCTIONS_CONTEXT,),
    Operation(name="call_activity", kind=OperationKind.STEP, names=_NAME, awaited=True),
    Operation(name="call_activity_with_retry", kind=OperationKind.STEP, names=_NAME, awaited=True),
    Operation(name="call_http", kind=OperationKind.STEP, awaited=True),
    Operation(
        name="call_sub_orchestrator",
        kind=OperationKind.CHILD,
        names=(*_NAME, Argument(2, "instance_id")),
        awaited=True,
    ),
    Operation(
        name="call_sub_orchestrator_with_retry",
        kind=OperationKind.CHILD,
        names=(*_NAME, Argument(3, "instance_id")),
        awaited=True,
    ),
    Operation(name="task_all", kind=OperationKind.GATHER, awaited=True),
    Operation(name="task_any", kind=OperationKind.GATHER, awaited=True),
)

_TASKS = (
    *owned(
        (_TASK_CONTEXT,),
        Operation(name="call_activity", kind=OperationKind.STEP, names=(Argument(0, "activity"),), awaited=True),
        Operation(
            name="call_sub_orchestrator",
            kind=OperationKind.CHILD,
            names=(Argument(0, "orchestrator"), _INSTANCE),
            awaited=True,
        ),
        Operation(name="lock_entities", kind=OperationKind.WAIT, awaited=True),
        Operation(
            name="send_event",
            kind=OperationKind.SEND,
            names=(Argument(0, "instance_id"), Argument(1, "event_name")),
        ),
    ),
    Operation(name="durabletask.task.when_all", kind=OperationKind.GATHER, awaited=True),
    Operation(name="durabletask.task.when_any", kind=OperationKind.GATHER, awaited=True),
)

PROFILE = Profile(
    name="azure",
    title="Azure Durable Functions",
    replay_needs_operation=True,
    packages=(_F, "durabletask"),
    cleanup_operations=True,
    stores_arguments=True,
    workflows=(
        *(
            WorkflowMarker(decorator=decorator, context_parameter=(0, _FUNCTIONS_CONTEXT), called_is_child=False)
            for decorator in members(_APPS, "orchestration_trigger")
        ),
        WorkflowMarker(
            registration=f"{_F}.Orchestrator.create",
            registration_argument=Argument(0, "fn"),
            context_parameter=(0, _FUNCTIONS_CONTEXT),
            called_is_child=False,
        ),
        *(
            WorkflowMarker(
                registration=registration,
                registration_argument=Argument(0, "fn"),
                context_parameter=(0, _TASK_CONTEXT),
                called_is_child=False,
            )
            for registration in members(_WORKERS, "add_orchestrator")
        ),
        WorkflowMarker(
            parameter_type=(_TASK_CONTEXT,),
            context_parameter=(0, _TASK_CONTEXT),
            called_is_child=False,
            only_operating=True,
        ),
    ),
    steps=(
        *(
            StepMarker(decorator=decorator, called_is_checkpoint=False)
            for decorator in members(_APPS, "activity_trigger", "entity_trigger")
        ),
        *(
            StepMarker(registration=registration, registration_argument=Argument(0, "fn"), called_is_checkpoint=False)
            for registration in (*members(_WORKERS, "add_activity", "add_entity"), f"{_F}.Entity.create")
        ),
        StepMarker(base_class="durabletask.entities.DurableEntity", called_is_checkpoint=False),
    ),
    operations=(*_SHARED, *_FUNCTIONS, *_TASKS),
    instances={
        **dict.fromkeys(members(_CONTEXTS, "current_utc_datetime"), "datetime.datetime"),
        **dict.fromkeys(members(_CONTEXTS, "instance_id", "parent_instance_id"), "builtins.str"),
    },
    returns={
        **{f"{worker}.__enter__": worker for worker in _WORKERS},
        **dict.fromkeys(members(_CONTEXTS, "new_uuid"), "builtins.str"),
        f"{_FUNCTIONS_CONTEXT}.new_guid": "uuid.UUID",
        f"{_TASK_CONTEXT}.create_replay_safe_logger": "durabletask.task.ReplaySafeLogger",
    },
    replay_predicates=members(_CONTEXTS, "is_replaying"),
    loggers=(f"{_TASK_CONTEXT}.create_replay_safe_logger", "durabletask.task.ReplaySafeLogger"),
    substitutes=(
        *reading("{ctx}.current_utc_datetime", aware=False),
        Substitute(hazard="uuid.uuid4", write="{uuid.UUID}({ctx}.new_uuid())"),
    ),
    replacements=in_step(
        "an activity that does it, called with `yield context.call_activity(...)`",
        clock="`context.current_utc_datetime`",
        randomness="a `random.Random(context.new_uuid())`, seeded the same on each replay",
        identifier="`context.new_uuid()`",
        sleep="`yield context.create_timer(...)`",
        thread="`context.task_all(...)`, with durabletask `task.when_all(...)`",
        completion_order="`context.task_any(...)`, with durabletask `task.when_any(...)`",
        output="a line under `if not context.is_replaying`, with durabletask `ctx.create_replay_safe_logger(...)`",
        memoised="an activity, whose result the history keeps",
    ),
    generator_workflows=True,
    aliases={
        **defined_in(
            _F,
            {
                "decorators.durable_app": "DFApp Blueprint",
                "orchestrator": "Orchestrator",
                "entity": "Entity",
                "internal.compat.orchestration_context": "DurableOrchestrationContext",
            },
        ),
        f"{_F}.models.DurableOrchestrationContext.DurableOrchestrationContext": _FUNCTIONS_CONTEXT,
        f"{_F}.models.DurableOrchestrationContext": _FUNCTIONS_CONTEXT,
        "durabletask.entities.durable_entity.DurableEntity": "durabletask.entities.DurableEntity",
    },
)
