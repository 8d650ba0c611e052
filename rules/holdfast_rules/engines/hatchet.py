"""The profile of Hatchet durable tasks. Read from: hatchet-sdk 1.37.5 and its examples.

Only durable tasks are replayed; any other task is a step, started as a child with `run` or `aio_run` of the object that the
decorator leaves behind.
"""

from holdfast_rules.engines.profile import Argument, Operation, OperationKind, Profile, StepMarker, WorkflowMarker
from holdfast_rules.engines.spelling import STRUCTURED_ASYNC, defined_in, in_step, members, owned
from holdfast_rules.fixes import Needs, Substitute, Takes, sleeping_by

_H = "hatchet_sdk"
_CONTEXT = f"{_H}.DurableContext"
_HATCHET = f"{_H}.Hatchet"
# `hatchet_sdk.Workflow` itself is a model of the REST client.
_WORKFLOW = f"{_H}.runnables.workflow.Workflow"
_STANDALONE = f"{_H}.runnables.workflow.Standalone"
_TASK = f"{_H}.Task"
_TASK_REF = f"{_H}.TaskRunRef"
_RUN_REF = f"{_H}.WorkflowRunRef"

_CHILD_KEY = (Argument(2, "child_key"),)

_WAITS = owned(
    (_CONTEXT,),
    Operation(name="aio_wait_for", kind=OperationKind.RECEIVE, names=(Argument(0, "signal_key"),), awaited=True),
    Operation(name="aio_wait_for_event", kind=OperationKind.RECEIVE, names=(Argument(0, "key"),), awaited=True),
    Operation(name="aio_sleep_for", kind=OperationKind.SLEEP, names=(Argument(1, "label"),), awaited=True),
    Operation(name="aio_sleep_until", kind=OperationKind.SLEEP, names=(Argument(1, "label"),), awaited=True),
    Operation(name="aio_now", kind=OperationKind.VALUE, awaited=True),
    Operation(
        name="_aio_memo",
        kind=OperationKind.STEP,
        runs=(Argument(0, "fn"),),
        awaited=True,
        callable_arguments=2,
    ),
)

_CHILDREN = owned(
    (_WORKFLOW, _STANDALONE),
    Operation(name="run", kind=OperationKind.CHILD, names=(Argument(3, "child_key"),)),
    Operation(name="aio_run", kind=OperationKind.CHILD, names=(Argument(3, "child_key"),), awaited=True),
    Operation(name="run_no_wait", kind=OperationKind.CHILD, names=_CHILD_KEY),
    Operation(name="aio_run_no_wait", kind=OperationKind.CHILD, names=_CHILD_KEY, awaited=True),
    Operation(name="run_many", kind=OperationKind.CHILD),
    Operation(name="aio_run_many", kind=OperationKind.CHILD, awaited=True),
    Operation(name="run_many_no_wait", kind=OperationKind.CHILD),
    Operation(name="aio_run_many_no_wait", kind=OperationKind.CHILD, awaited=True),
    Operation(
        name="create_bulk_run_item", kind=OperationKind.CHILD, names=(Argument(1, "key"), Argument(3, "child_key"))
    ),
)

_RESULTS = owned(
    (_TASK_REF, _RUN_REF),
    Operation(name="result", kind=OperationKind.WAIT),
    Operation(name="aio_result", kind=OperationKind.WAIT, awaited=True),
)

PROFILE = Profile(
    name="hatchet",
    title="Hatchet durable tasks",
    replay_needs_operation=True,
    packages=(_H,),
    workflows=tuple(
        WorkflowMarker(decorator=decorator, context_parameter=(1, _CONTEXT), called_is_child=False)
        for decorator in members((_HATCHET, _WORKFLOW), "durable_task")
    ),
    steps=tuple(
        StepMarker(decorator=decorator, called_is_checkpoint=False, context_parameter=(1, f"{_H}.Context"))
        for decorator in (
            *members((_HATCHET, _WORKFLOW), "task", "batch_task"),
            *members((_WORKFLOW,), "on_failure_task", "on_success_task"),
        )
    ),
    operations=(*_WAITS, *_CHILDREN, *_RESULTS),
    returns={
        f"{_HATCHET}.workflow": _WORKFLOW,
        **dict.fromkeys(members((_HATCHET,), "task", "batch_task", "durable_task"), _STANDALONE),
        **dict.fromkeys(
            members((_WORKFLOW,), "task", "batch_task", "durable_task", "on_failure_task", "on_success_task"), _TASK
        ),
        **dict.fromkeys(members((_WORKFLOW,), "run_no_wait", "aio_run_no_wait"), _RUN_REF),
        **dict.fromkeys(members((_STANDALONE,), "run_no_wait", "aio_run_no_wait"), _TASK_REF),
        f"{_CONTEXT}.aio_now": "datetime.datetime",
    },
    deterministic=STRUCTURED_ASYNC,
    substitutes=(
        Substitute(
            hazard="datetime.datetime.now",
            write="(await {ctx}.aio_now()).astimezone({0})",
            takes=Takes.ZONE,
            needs=Needs.ASYNC,
            adds_operation=True,
        ),
        *sleeping_by("{datetime.timedelta}(seconds={0})", "{ctx}.aio_sleep_for"),
    ),
    replacements=in_step(
        "a task of its own, started with `await task.aio_run(...)`",
        clock="`await ctx.aio_now()`",
        randomness="a task of its own that returns the random value, started with `await task.aio_run(...)`",
        identifier="a task of its own that returns the identifier, started with `await task.aio_run(...)`",
        sleep="`await ctx.aio_sleep_for(...)`",
        completion_order="`asyncio.gather(...)` or `aio_run_many(...)`, whose results keep the order",
        output="a task of its own that writes it",
        memoised="a task of its own, whose result is kept",
    ),
    aliases=defined_in(
        _H,
        {
            "hatchet": "Hatchet",
            "context.context": "Context DurableContext",
            "runnables.workflow": "TaskRunRef",
            "runnables.task": "Task",
            "workflow_run": "WorkflowRunRef",
        },
    ),
)
