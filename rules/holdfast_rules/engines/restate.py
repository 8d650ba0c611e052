"""The profile of Restate. Read from: restate-sdk 1.0.2 (July 2026) and restatedev/examples.

A handler keeps its decorated function, so calling one directly is a plain call with the caller's own context. A future of the
context is durable; one of asyncio is not, hence `restate.gather` and `restate.select` in place of `asyncio.gather`.
"""

from holdfast_rules.engines.profile import Argument, Demand, Operation, OperationKind, Profile, Shape, WorkflowMarker
from holdfast_rules.engines.spelling import defined_in, in_step, members, owned
from holdfast_rules.fixes import Needs, Substitute, drawing_from, sleeping_by

_CONTEXTS = (
    "restate.Context",
    "restate.ObjectContext",
    "restate.ObjectSharedContext",
    "restate.WorkflowContext",
    "restate.WorkflowSharedContext",
)
_KEYED = _CONTEXTS[1:]
_WRITING = ("restate.ObjectContext", "restate.WorkflowContext")
_WORKFLOW = ("restate.WorkflowContext", "restate.WorkflowSharedContext")
_EXTENSIONS = ("restate.ext.adk", "restate.ext.langchain", "restate.ext.openai", "restate.ext.pydantic")

_NAME = (Argument(0, "name"),)
_KEY = Argument(keyword="idempotency_key")

_ANY_CONTEXT = owned(
    _CONTEXTS,
    Operation(name="run", kind=OperationKind.STEP, runs=(Argument(1, "action"),), names=_NAME, awaited=True),
    Operation(
        name="run_typed",
        kind=OperationKind.STEP,
        runs=(Argument(1, "action"),),
        names=_NAME,
        awaited=True,
        callable_arguments=3,
    ),
    Operation(name="sleep", kind=OperationKind.SLEEP, names=(Argument(1, "name"),), awaited=True),
    Operation(name="time", kind=OperationKind.VALUE, awaited=True),
    Operation(name="generic_call", kind=OperationKind.CHILD, names=(Argument(0, "service"), _KEY), awaited=True),
    Operation(name="generic_send", kind=OperationKind.SEND, names=(Argument(0, "service"), _KEY)),
    Operation(name="awakeable", kind=OperationKind.RECEIVE),
    Operation(name="resolve_awakeable", kind=OperationKind.SEND, names=_NAME),
    Operation(name="reject_awakeable", kind=OperationKind.SEND, names=_NAME),
    Operation(name="signal", kind=OperationKind.RECEIVE, names=_NAME, awaited=True),
    Operation(name="resolve_signal", kind=OperationKind.SEND, names=(Argument(1, "name"),)),
    Operation(name="reject_signal", kind=OperationKind.SEND, names=(Argument(1, "name"),)),
    Operation(name="cancel_invocation", kind=OperationKind.SEND, names=(Argument(0, "invocation_id"),)),
    Operation(name="attach_invocation", kind=OperationKind.WAIT, names=(Argument(0, "invocation_id"),), awaited=True),
)

_CALLS = owned(
    (*_CONTEXTS, "restate.ScopedContext"),
    Operation(name="service_call", kind=OperationKind.CHILD, names=(_KEY,), awaited=True),
    Operation(name="service_send", kind=OperationKind.SEND, names=(_KEY,)),
    Operation(name="object_call", kind=OperationKind.CHILD, names=(Argument(1, "key"), _KEY), awaited=True),
    Operation(name="object_send", kind=OperationKind.SEND, names=(Argument(1, "key"), _KEY)),
    Operation(name="workflow_call", kind=OperationKind.CHILD, names=(Argument(1, "key"), _KEY), awaited=True),
    Operation(name="workflow_send", kind=OperationKind.SEND, names=(Argument(1, "key"), _KEY)),
)

_STATE = (
    *owned(
        _KEYED,
        Operation(name="get", kind=OperationKind.VALUE, names=_NAME, awaited=True),
        Operation(name="state_keys", kind=OperationKind.VALUE, awaited=True),
    ),
    *owned(
        _WRITING,
        Operation(name="set", kind=OperationKind.SEND, names=_NAME),
        Operation(name="clear", kind=OperationKind.SEND, names=_NAME),
        Operation(name="clear_all", kind=OperationKind.SEND),
    ),
    *owned(_WORKFLOW, Operation(name="promise", kind=OperationKind.VALUE, names=_NAME)),
    *owned(
        ("restate.DurablePromise",),
        Operation(name="value", kind=OperationKind.RECEIVE, awaited=True),
        Operation(name="peek", kind=OperationKind.VALUE, awaited=True),
        Operation(name="resolve", kind=OperationKind.SEND, awaited=True),
        Operation(name="reject", kind=OperationKind.SEND, awaited=True),
    ),
)

_COMBINED = (
    Operation(name="restate.gather", kind=OperationKind.GATHER, awaited=True),
    Operation(name="restate.select", kind=OperationKind.GATHER, awaited=True),
    Operation(name="restate.wait_completed", kind=OperationKind.GATHER, awaited=True),
    Operation(name="restate.as_completed", kind=OperationKind.GATHER),
    Operation(name="restate.ext.openai.DurableRunner.run", kind=OperationKind.STEP, awaited=True),
    Operation(name="restate.ext.pydantic.RestateAgent.run", kind=OperationKind.STEP, awaited=True),
)

PROFILE = Profile(
    name="restate",
    title="Restate",
    replay_needs_operation=True,
    packages=("restate",),
    shape=Shape(generator=Demand.REFUSED, asynchronous=Demand.REQUIRED),
    workflows=(
        WorkflowMarker(
            decorator="restate.Service.handler", context_parameter=(0, "restate.Context"), called_is_child=False
        ),
        WorkflowMarker(
            decorator="restate.VirtualObject.handler",
            context_parameter=(0, "restate.ObjectContext"),
            called_is_child=False,
        ),
        WorkflowMarker(
            decorator="restate.Workflow.main", context_parameter=(0, "restate.WorkflowContext"), called_is_child=False
        ),
        WorkflowMarker(
            decorator="restate.Workflow.handler",
            context_parameter=(0, "restate.WorkflowSharedContext"),
            called_is_child=False,
        ),
    ),
    operations=(*_ANY_CONTEXT, *_CALLS, *_STATE, *_COMBINED),
    returns={
        **dict.fromkeys(members(_WORKFLOW, "promise"), "restate.DurablePromise"),
        **dict.fromkeys(members(_CONTEXTS, "scope"), "restate.ScopedContext"),
        **dict.fromkeys(members(_CONTEXTS, "random"), "random.Random"),
        **dict.fromkeys(members(_CONTEXTS, "uuid"), "uuid.UUID"),
        **dict.fromkeys(members(_CONTEXTS, "request"), "restate.context.Request"),
        **dict.fromkeys(members(_KEYED, "key"), "builtins.str"),
        "restate.extensions.current_context": "restate.Context",
        "restate.server_context.current_context": "restate.Context",
        **dict.fromkeys(members(_EXTENSIONS, "restate_context"), "restate.Context"),
        **dict.fromkeys(members(_EXTENSIONS, "restate_object_context"), "restate.ObjectContext"),
    },
    replay_predicates=("restate.server_context.restate_context_is_replaying.get",),
    workflow_predicates=("restate.extensions.current_context", "restate.server_context.current_context"),
    predicates_hold_in_steps=True,
    outside_errors=members(_EXTENSIONS, "restate_context", "restate_object_context"),
    loggers=("restate.getLogger",),
    substitutes=(
        Substitute(hazard="time.time", write="await {ctx}.time()", needs=Needs.ASYNC, adds_operation=True),
        *drawing_from("{ctx}.random()"),
        *sleeping_by("{datetime.timedelta}(seconds={0})", "{ctx}.sleep"),
        Substitute(hazard="uuid.uuid4", write="{ctx}.uuid()"),
    ),
    replacements=in_step(
        "`ctx.run_typed(name, function)`, whose result the journal keeps",
        clock="`await ctx.time()`",
        randomness="`ctx.random()`",
        identifier="`ctx.uuid()`",
        sleep="`await ctx.sleep(...)`",
        completion_order="`restate.select(...)`, `restate.wait_completed(...)` or `restate.as_completed(...)`",
        output="`restate.getLogger()`, which is silent on replay",
        state="the state of the object: `ctx.get(...)` and `ctx.set(...)`",
        memoised="the state of the object, or `ctx.run_typed(name, function)`",
    ),
    control_exceptions={"restate.SdkInternalBaseException": "BaseException"},
    aliases=defined_in(
        "restate",
        {
            "context": (
                "Context ObjectContext ObjectSharedContext WorkflowContext WorkflowSharedContext ScopedContext "
                "DurablePromise"
            ),
            "service": "Service",
            "object": "VirtualObject",
            "workflow": "Workflow",
            "asyncio": "gather select wait_completed as_completed",
            "logging": "getLogger",
            "exceptions": "SdkInternalBaseException",
        },
    ),
    advice="combine durable futures with `restate.gather` and `restate.select`: asyncio's own do not see the journal",
)
