"""The profile of Dapr workflow. Read from: dapr/python-sdk at August 2026 (dapr-ext-workflow, now part of dapr) and samples.

Workflows are generators that yield tasks; the context offers neither randomness nor identifiers of its own.
"""

from holdfast_rules.engines.profile import Argument, Operation, OperationKind, Profile, StepMarker, WorkflowMarker
from holdfast_rules.engines.spelling import defined_in, in_step, members, owned
from holdfast_rules.fixes import reading

_W = "dapr.ext.workflow"
_RUNTIME = f"{_W}.WorkflowRuntime"
_CONTEXTS = (f"{_W}.DaprWorkflowContext", f"{_W}.workflow_context.WorkflowContext")
_PASSED = (0, _CONTEXTS[0])
_ACTIVITY_PASSED = (0, f"{_W}.WorkflowActivityContext")

PROFILE = Profile(
    name="dapr",
    title="Dapr workflow",
    replay_needs_operation=True,
    packages=(_W,),
    cleanup_operations=True,
    stores_arguments=True,
    workflows=(
        WorkflowMarker(decorator=f"{_RUNTIME}.workflow", context_parameter=_PASSED, called_is_child=False),
        WorkflowMarker(decorator=f"{_RUNTIME}.versioned_workflow", context_parameter=_PASSED, called_is_child=False),
        *(
            WorkflowMarker(
                registration=registration,
                registration_argument=Argument(0, "fn"),
                context_parameter=_PASSED,
                called_is_child=False,
            )
            for registration in members((_RUNTIME,), "register_workflow", "register_versioned_workflow")
        ),
        # Workflows are often registered in another file than their own.
        WorkflowMarker(parameter_type=_CONTEXTS, context_parameter=_PASSED, called_is_child=False, only_operating=True),
    ),
    steps=(
        StepMarker(decorator=f"{_RUNTIME}.activity", called_is_checkpoint=False, context_parameter=_ACTIVITY_PASSED),
        StepMarker(
            registration=f"{_RUNTIME}.register_activity",
            registration_argument=Argument(0, "fn"),
            called_is_checkpoint=False,
            context_parameter=_ACTIVITY_PASSED,
        ),
    ),
    operations=(
        *owned(
            _CONTEXTS,
            Operation(name="call_activity", kind=OperationKind.STEP, names=(Argument(0, "activity"),), awaited=True),
            Operation(
                name="call_child_workflow",
                kind=OperationKind.CHILD,
                names=(Argument(0, "workflow"), Argument(keyword="instance_id")),
                awaited=True,
            ),
            Operation(name="create_timer", kind=OperationKind.SLEEP, awaited=True),
            Operation(
                name="wait_for_external_event",
                kind=OperationKind.RECEIVE,
                names=(Argument(0, "name"),),
                awaited=True,
            ),
            Operation(name="continue_as_new", kind=OperationKind.CONTINUE),
            Operation(name="set_custom_status", kind=OperationKind.SEND),
            Operation(name="is_patched", kind=OperationKind.PATCH, names=(Argument(0, "patch_name"),)),
        ),
        Operation(name=f"{_W}.when_all", kind=OperationKind.GATHER, awaited=True),
        Operation(name=f"{_W}.when_any", kind=OperationKind.GATHER, awaited=True),
    ),
    instances={
        **dict.fromkeys(members(_CONTEXTS, "current_utc_datetime"), "datetime.datetime"),
        **dict.fromkeys(members(_CONTEXTS, "instance_id"), "builtins.str"),
    },
    replay_predicates=members(_CONTEXTS, "is_replaying"),
    substitutes=reading("{ctx}.current_utc_datetime", aware=False),
    replacements=in_step(
        "an activity that does it, called with `yield ctx.call_activity(...)`",
        clock="`ctx.current_utc_datetime`",
        randomness="an activity that returns the random value, or a `random.Random` seeded with `ctx.instance_id`",
        identifier="an activity that returns the identifier, or a `uuid.uuid5` of `ctx.instance_id`",
        sleep="`yield ctx.create_timer(...)`",
        thread="`wf.when_all(...)`",
        completion_order="`wf.when_any(...)`",
        output="a line under `if not ctx.is_replaying`",
        memoised="an activity, whose result the history keeps",
    ),
    generator_workflows=True,
    aliases=defined_in(
        _W,
        {
            "dapr_workflow_context": "DaprWorkflowContext when_all when_any",
            "workflow_runtime": "WorkflowRuntime",
            "workflow_activity_context": "WorkflowActivityContext",
        },
    ),
)
