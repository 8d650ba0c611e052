"""The profile of Inngest. Read from: inngest 0.5.18 and its examples; `(ctx, step)` handlers and `step.parallel` are those of 0.4.

A function is called anew for every step; `ctx.logger` is silent until the step at hand is reached.
"""

from holdfast_rules.engines.profile import Argument, Operation, OperationKind, Profile, StepMarker, WorkflowMarker
from holdfast_rules.engines.spelling import STRUCTURED_ASYNC, defined_in, in_step, members, owned
from holdfast_rules.fixes import logging_to

_I = "inngest"
_CONTEXTS = (f"{_I}.Context", f"{_I}.ContextSync")
_ASYNC_AI = f"{_I}._internal.step_lib.step_async.AI"
_SYNC_AI = f"{_I}._internal.step_lib.step_sync.AI"

_STEP_ID = (Argument(0, "step_id"),)


def _on(step: str, group: str, ai: str, *, awaited: bool) -> tuple[Operation, ...]:
    """Return the operations of one of the two kinds of step tools."""
    parallel = Operation(
        name="parallel", kind=OperationKind.GATHER, branches=(Argument(0, "callables"),), awaited=awaited
    )
    return (
        *owned(
            (step,),
            Operation(
                name="run",
                kind=OperationKind.STEP,
                runs=(Argument(1, "handler"),),
                names=_STEP_ID,
                awaited=awaited,
                callable_arguments=2,
            ),
            Operation(name="invoke", kind=OperationKind.CHILD, names=_STEP_ID, awaited=awaited),
            Operation(name="invoke_by_id", kind=OperationKind.CHILD, names=_STEP_ID, awaited=awaited),
            Operation(name="send_event", kind=OperationKind.SEND, names=_STEP_ID, awaited=awaited),
            Operation(name="sleep", kind=OperationKind.SLEEP, names=_STEP_ID, awaited=awaited),
            Operation(name="sleep_until", kind=OperationKind.SLEEP, names=_STEP_ID, awaited=awaited),
            Operation(name="wait_for_event", kind=OperationKind.RECEIVE, names=_STEP_ID, awaited=awaited),
        ),
        *owned((step, group), parallel),
        Operation(name=f"{ai}.infer", kind=OperationKind.STEP, names=_STEP_ID, awaited=awaited),
    )


PROFILE = Profile(
    name="inngest",
    title="Inngest",
    replay_needs_operation=True,
    packages=(_I,),
    workflows=(
        WorkflowMarker(
            decorator=f"{_I}.Inngest.create_function",
            context_parameter=(0, _CONTEXTS[0]),
            further_parameters=((1, f"{_I}.Step"),),
            called_is_child=False,
        ),
        WorkflowMarker(
            registration=f"{_I}.Inngest.create_function",
            registration_argument=Argument(keyword="on_failure"),
            context_parameter=(0, _CONTEXTS[0]),
            further_parameters=((1, f"{_I}.Step"),),
            called_is_child=False,
        ),
    ),
    steps=(StepMarker(decorator=f"{_I}.experimental.step"),),
    operations=(
        *_on(f"{_I}.Step", f"{_I}._internal.step_lib.Group", _ASYNC_AI, awaited=True),
        *_on(f"{_I}.StepSync", f"{_I}._internal.step_lib.GroupSync", _SYNC_AI, awaited=False),
    ),
    instances={
        f"{_I}.Context.step": f"{_I}.Step",
        f"{_I}.ContextSync.step": f"{_I}.StepSync",
        f"{_I}.Context.group": f"{_I}._internal.step_lib.Group",
        f"{_I}.ContextSync.group": f"{_I}._internal.step_lib.GroupSync",
        f"{_I}.Step.ai": _ASYNC_AI,
        f"{_I}.StepSync.ai": _SYNC_AI,
    },
    deterministic=STRUCTURED_ASYNC,
    loggers=members(_CONTEXTS, "logger"),
    substitutes=logging_to("{ctx}.logger"),
    replacements=in_step(
        "`ctx.step.run(id, function)`, whose result is kept and read back on the next call",
        clock="`ctx.step.run(id, function)` around it, so that the time is kept",
        randomness="`ctx.step.run(id, function)` around it, so that the value is kept",
        identifier="`ctx.step.run(id, function)` around it, so that the identifier is kept",
        sleep="`ctx.step.sleep(id, duration)`",
        thread="`ctx.group.parallel(...)`",
        completion_order="`ctx.group.parallel(...)`, whose results keep the order",
        output="`ctx.logger`",
        memoised="`ctx.step.run(id, function)`",
    ),
    control_exceptions={
        f"{_I}._internal.step_lib.ResponseInterrupt": "BaseException",
        f"{_I}._internal.step_lib.SkipInterrupt": "BaseException",
        f"{_I}._internal.step_lib.NestedStepInterrupt": "BaseException",
    },
    aliases=defined_in(
        _I,
        {
            "_internal.client_lib": "Inngest",
            "_internal.client_lib.client": "Inngest",
            "_internal.execution_lib": "Context ContextSync",
            "_internal.execution_lib.models": "Context ContextSync",
            "_internal.step_lib": "Step StepSync",
            "_internal.step_lib.step_async": "Step",
            "_internal.step_lib.step_sync": "StepSync",
        },
    )
    | {
        f"{_I}._internal.execution_lib.step": f"{_I}.experimental.step",
        f"{_I}._internal.execution_lib.context_var.step": f"{_I}.experimental.step",
        f"{_I}._internal.step_lib.group.Group": f"{_I}._internal.step_lib.Group",
        f"{_I}._internal.step_lib.group.GroupSync": f"{_I}._internal.step_lib.GroupSync",
        f"{_I}._internal.step_lib.base.ResponseInterrupt": f"{_I}._internal.step_lib.ResponseInterrupt",
        f"{_I}._internal.step_lib.base.SkipInterrupt": f"{_I}._internal.step_lib.SkipInterrupt",
    },
)
