"""The profile of Absurd, durable tasks in Postgres. Read from: absurd-sdk 0.4.0 (import name `absurd_sdk`).

`SuspendTask` and `CancelledTask` derive from `Exception`, so that even `except Exception` swallows them. A step handle's `done`
is true when the checkpoint exists already: what stands under `if not handle.done` runs once.
"""

from holdfast_rules.engines.profile import Argument, Operation, OperationKind, Profile, WorkflowMarker
from holdfast_rules.engines.spelling import STRUCTURED_ASYNC, in_step, owned

_A = "absurd_sdk"
_SYNC = f"{_A}.TaskContext"
_ASYNC = f"{_A}.AsyncTaskContext"


def _on(context: str, *, awaited: bool) -> tuple[Operation, ...]:
    """Return the operations of one of the two contexts."""
    name = (Argument(0, "name"),)
    step_name = (Argument(0, "step_name"),)
    return owned(
        (context,),
        Operation(name="step", kind=OperationKind.STEP, runs=(Argument(1, "fn"),), names=name, awaited=awaited),
        Operation(name="begin_step", kind=OperationKind.VALUE, names=name, awaited=awaited),
        Operation(name="complete_step", kind=OperationKind.STEP, awaited=awaited),
        Operation(name="sleep_for", kind=OperationKind.SLEEP, names=step_name, awaited=awaited),
        Operation(name="sleep_until", kind=OperationKind.SLEEP, names=step_name, awaited=awaited),
        Operation(
            name="await_event",
            kind=OperationKind.RECEIVE,
            names=(Argument(0, "event_name"), Argument(1, "step_name")),
            awaited=awaited,
        ),
        Operation(
            name="await_task_result", kind=OperationKind.WAIT, names=(Argument(3, "step_name"),), awaited=awaited
        ),
        Operation(name="emit_event", kind=OperationKind.SEND, names=(Argument(0, "event_name"),), awaited=awaited),
        Operation(name="heartbeat", kind=OperationKind.VALUE, awaited=awaited),
    )


def _spawning(app: str, *, awaited: bool) -> Operation:
    return Operation(
        name=f"{app}.spawn",
        kind=OperationKind.CHILD,
        names=(Argument(0, "task_name"), Argument(7, "idempotency_key")),
        awaited=awaited,
    )


PROFILE = Profile(
    name="absurd",
    title="Absurd",
    replay_needs_operation=True,
    packages=(_A,),
    workflows=(
        WorkflowMarker(decorator=f"{_A}.Absurd.register_task", context_parameter=(1, _SYNC), called_is_child=False),
        WorkflowMarker(
            decorator=f"{_A}.AsyncAbsurd.register_task", context_parameter=(1, _ASYNC), called_is_child=False
        ),
    ),
    operations=(
        *_on(_SYNC, awaited=False),
        *_on(_ASYNC, awaited=True),
        Operation(
            name=f"{_SYNC}.run_step",
            kind=OperationKind.STEP,
            runs=(Argument(0, "name_or_fn"),),
            names=(Argument(0, "name_or_fn"),),
            returns_decorator=True,
            decorates=True,
        ),
        _spawning(f"{_A}.Absurd", awaited=False),
        _spawning(f"{_A}.AsyncAbsurd", awaited=True),
    ),
    returns={
        f"{_SYNC}.begin_step": f"{_A}.StepHandle",
        f"{_ASYNC}.begin_step": f"{_A}.StepHandle",
        f"{_SYNC}.await_task_result": f"{_A}.TaskResultSnapshot",
        f"{_ASYNC}.await_task_result": f"{_A}.TaskResultSnapshot",
        f"{_A}.Absurd.make_async": f"{_A}.AsyncAbsurd",
        f"{_A}.AsyncAbsurd.make_sync": f"{_A}.Absurd",
        f"{_A}.get_current_context": _SYNC,
    },
    deterministic=STRUCTURED_ASYNC,
    replay_predicates=(f"{_A}.StepHandle.done",),
    workflow_predicates=(f"{_A}.get_current_context",),
    predicates_hold_in_steps=True,
    replacements=in_step(
        "`ctx.step(name, function)`, whose result is kept and read back when the task runs again",
        clock="`ctx.step(name, function)` around it, so that the time is kept",
        randomness="`ctx.step(name, function)` around it, so that the value is kept",
        identifier="`ctx.step(name, function)` around it, so that the identifier is kept",
        sleep="`ctx.sleep_for(step_name, seconds)`",
        output="`ctx.step(name, function)` around it",
        memoised="`ctx.step(name, function)`",
    ),
    control_exceptions={f"{_A}.SuspendTask": "Exception", f"{_A}.CancelledTask": "Exception"},
    advice="let `SuspendTask` and `CancelledTask` pass: `except Exception` around an operation of `ctx` swallows them",
)
