"""The profile of AWS Lambda durable functions. Read from: aws-durable-execution-sdk-python 1.7.0 with its examples.

`@durable_step`, `@durable_with_child_context` and their kin only bind arguments: the call gives a callable for the operation
of the context, which passes the context in.
"""

from holdfast_rules.engines.profile import Argument, Operation, OperationKind, Profile, StepMarker, WorkflowMarker
from holdfast_rules.engines.spelling import defined_in, in_step
from holdfast_rules.fixes import Substitute, Takes

_A = "aws_durable_execution_sdk_python"
_CONTEXT = f"{_A}.DurableContext"
_STEP_CONTEXT = f"{_A}.StepContext"
_CALLBACK_CONTEXT = f"{_A}.types.WaitForCallbackContext"
_CHECK_CONTEXT = f"{_A}.types.WaitForConditionCheckContext"

_CHILD = ((0, _CONTEXT),)

_OPERATIONS = (
    Operation(
        name=f"{_CONTEXT}.step",
        kind=OperationKind.STEP,
        runs=(Argument(0, "func"),),
        names=(Argument(1, "name"),),
        callable_parameters=((0, _STEP_CONTEXT),),
    ),
    Operation(
        name=f"{_CONTEXT}.run_in_child_context",
        kind=OperationKind.CHILD,
        branches=(Argument(0, "func"),),
        keeps_branches=True,
        names=(Argument(1, "name"),),
        callable_parameters=_CHILD,
    ),
    Operation(
        name=f"{_CONTEXT}.map",
        kind=OperationKind.GATHER,
        branches=(Argument(1, "func"),),
        keeps_branches=True,
        names=(Argument(2, "name"),),
        callable_parameters=_CHILD,
    ),
    Operation(
        name=f"{_CONTEXT}.parallel",
        kind=OperationKind.GATHER,
        branches=(Argument(0, "functions"),),
        keeps_branches=True,
        names=(Argument(1, "name"),),
        callable_parameters=_CHILD,
    ),
    Operation(
        name=f"{_A}.ParallelBranch",
        kind=OperationKind.GATHER,
        branches=(Argument(0, "func"),),
        keeps_branches=True,
        names=(Argument(1, "name"),),
        callable_parameters=_CHILD,
    ),
    Operation(
        name=f"{_A}.with_retry",
        kind=OperationKind.CHILD,
        branches=(Argument(1, "func"),),
        keeps_branches=True,
        names=(Argument(3, "name"),),
        callable_parameters=_CHILD,
    ),
    Operation(
        name=f"{_CONTEXT}.wait_for_callback",
        kind=OperationKind.RECEIVE,
        runs=(Argument(0, "submitter"),),
        names=(Argument(1, "name"),),
        callable_parameters=((1, _CALLBACK_CONTEXT),),
    ),
    Operation(
        name=f"{_CONTEXT}.wait_for_condition",
        kind=OperationKind.STEP,
        runs=(Argument(0, "check"),),
        names=(Argument(2, "name"),),
        callable_parameters=((1, _CHECK_CONTEXT),),
    ),
    Operation(name=f"{_CONTEXT}.wait", kind=OperationKind.SLEEP, names=(Argument(1, "name"),)),
    Operation(
        name=f"{_CONTEXT}.invoke",
        kind=OperationKind.CHILD,
        names=(Argument(0, "function_name"), Argument(2, "name")),
    ),
    Operation(name=f"{_CONTEXT}.create_callback", kind=OperationKind.RECEIVE, names=(Argument(0, "name"),)),
    Operation(name=f"{_A}.context.Callback.result", kind=OperationKind.WAIT),
)

PROFILE = Profile(
    name="aws",
    title="AWS Lambda durable functions",
    replay_needs_operation=True,
    packages=(_A, f"{_A}_otel", f"{_A}_testing"),
    workflows=(
        WorkflowMarker(decorator=f"{_A}.durable_execution", context_parameter=(1, _CONTEXT), called_is_child=False),
        WorkflowMarker(
            decorator=f"{_A}.durable_with_child_context",
            context_parameter=(0, _CONTEXT),
            called_is_child=False,
            called_binds=True,
        ),
        WorkflowMarker(
            decorator=f"{_A}.durable_parallel_branch",
            context_parameter=(0, _CONTEXT),
            called_is_child=False,
            called_binds=True,
        ),
    ),
    steps=(
        StepMarker(
            decorator=f"{_A}.durable_step",
            called_is_checkpoint=False,
            called_binds=True,
            context_parameter=(0, _STEP_CONTEXT),
        ),
        StepMarker(
            decorator=f"{_A}.durable_wait_for_callback",
            called_is_checkpoint=False,
            called_binds=True,
            context_parameter=(1, _CALLBACK_CONTEXT),
        ),
    ),
    operations=_OPERATIONS,
    instances={
        f"{_CONTEXT}.logger": f"{_A}.logger.Logger",
        f"{_CONTEXT}.lambda_context": f"{_A}.types.LambdaContext",
        f"{_STEP_CONTEXT}.logger": f"{_A}.logger.Logger",
        f"{_CALLBACK_CONTEXT}.logger": f"{_A}.logger.Logger",
        f"{_CHECK_CONTEXT}.logger": f"{_A}.logger.Logger",
    },
    returns={
        f"{_CONTEXT}.create_callback": f"{_A}.context.Callback",
        f"{_CONTEXT}.map": f"{_A}.BatchResult",
        f"{_CONTEXT}.parallel": f"{_A}.BatchResult",
    },
    replay_predicates=(f"{_CONTEXT}.is_replaying",),
    loggers=(f"{_CONTEXT}.logger", f"{_A}.logger.Logger"),
    substitutes=(
        Substitute(
            hazard="time.sleep",
            write=f"{{ctx}}.wait({{{_A}.config.Duration}}.from_seconds({{0}}))",
            takes=Takes.WHOLE,
        ),
        Substitute(hazard="builtins.print", write="{ctx}.logger.info({0})", takes=Takes.TEXT),
    ),
    replacements=in_step(
        "`context.step(function)`, whose result is kept and read back on replay",
        clock="`context.step(lambda _: ...)` around it, so that the time is kept",
        randomness="`context.step(lambda _: ...)` around it, so that the value is kept",
        identifier="`context.step(lambda _: ...)` around it, so that the identifier is kept",
        sleep="`context.wait(Duration.from_seconds(...))`",
        thread="`context.parallel(...)` or `context.map(...)`",
        completion_order="`context.parallel(...)` or `context.map(...)`, whose results keep the order",
        output="`context.logger`",
        memoised="`context.step(function)`",
    ),
    control_exceptions={f"{_A}.exceptions.SuspendExecution": "BaseException"},
    aliases=defined_in(
        _A,
        {
            "context": (
                "DurableContext durable_step durable_with_child_context durable_parallel_branch "
                "durable_wait_for_callback"
            ),
            "execution": "durable_execution",
            "types": "DurableContext StepContext BatchResult",
            "config": "ParallelBranch",
            "retries": "with_retry",
            "concurrency.models": "BatchResult",
        },
    )
    | {f"{_A}.types.Callback": f"{_A}.context.Callback"},
)
