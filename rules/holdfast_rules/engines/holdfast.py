"""The profile of holdfast itself. Read from: the public face of holdfast 0.1."""

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
from holdfast_rules.engines.spelling import STRUCTURED_ASYNC, in_step
from holdfast_rules.fixes import Needs, Substitute, Takes, drawing_from, logging_to, reading, sleeping_by

_IDENTIFIER = Argument(keyword="id")
_DEDUPLICATION = Argument(keyword="deduplicate")


def _waiting(name: str, kind: OperationKind, names: tuple[Argument, ...] = ()) -> tuple[Operation, ...]:
    """Return the operation for sync workflows and its twin for async ones."""
    return (
        Operation(name=f"holdfast.{name}", kind=kind, names=names),
        Operation(name=f"holdfast.aio.{name}", kind=kind, names=names, awaited=True),
    )


_SUBSTITUTES = (
    *reading("{holdfast}.now()"),
    *drawing_from("{holdfast}.random()"),
    *logging_to("{holdfast}.logger"),
    Substitute(hazard="uuid.uuid4", write="{holdfast}.uuid4()"),
    Substitute(hazard="time.sleep", write="{holdfast}.sleep({0})", takes=Takes.ONE, needs=Needs.SYNC),
    *sleeping_by("{0}", "{holdfast}.aio.sleep"),
)

PROFILE = Profile(
    name="holdfast",
    title="Holdfast",
    packages=("holdfast",),
    stores_arguments=True,
    version_keyword="version",
    shape=Shape(generator=Demand.REFUSED, unique_names=True, typed_variadics=True),
    workflows=(WorkflowMarker(decorator="holdfast.workflow"),),
    steps=(
        StepMarker(decorator="holdfast.step"),
        StepMarker(
            decorator="holdfast.transaction", transaction=True, context_parameter=(0, "holdfast.TransactionConnection")
        ),
    ),
    operations=(
        *_waiting("sleep", OperationKind.SLEEP),
        *_waiting("receive", OperationKind.RECEIVE),
        *_waiting("get_value", OperationKind.RECEIVE),
        *_waiting("send", OperationKind.SEND),
        *_waiting("set_value", OperationKind.SEND, (Argument(0),)),
        *_waiting("emit", OperationKind.SEND, (Argument(0),)),
        *_waiting("start", OperationKind.CHILD, (_IDENTIFIER, _DEDUPLICATION)),
        *_waiting("gather", OperationKind.GATHER),
        *_waiting("as_completed", OperationKind.GATHER),
        Operation(name="holdfast.patched", kind=OperationKind.PATCH, names=(Argument(0, "name"),)),
        Operation(name="holdfast.continue_as_new", kind=OperationKind.CONTINUE),
        Operation(name="holdfast.Engine.start", kind=OperationKind.CHILD, names=(_IDENTIFIER,)),
        Operation(name="holdfast.Engine.run", kind=OperationKind.CHILD, names=(_IDENTIFIER,)),
        Operation(
            name="holdfast.Engine.enqueue",
            kind=OperationKind.CHILD,
            names=(_IDENTIFIER, _DEDUPLICATION),
        ),
        Operation(name="holdfast.Handle.result", kind=OperationKind.WAIT),
    ),
    returns={
        "holdfast.start": "holdfast.Handle",
        "holdfast.aio.start": "holdfast.Handle",
        "holdfast.Engine.start": "holdfast.Handle",
        "holdfast.Engine.enqueue": "holdfast.Handle",
        "holdfast.current": "holdfast.Current",
        "holdfast.now": "datetime.datetime",
        "holdfast.uuid4": "uuid.UUID",
    },
    deterministic=STRUCTURED_ASYNC,
    replay_predicates=("holdfast.Current.replaying",),
    outside_errors=("holdfast.current", "holdfast.now", "holdfast.random", "holdfast.uuid4"),
    loggers=("holdfast.logger",),
    replacements=in_step(
        "a `@holdfast.step` that does it: its result is kept, and a replay reads it back",
        clock="`holdfast.now()`",
        randomness="`holdfast.random()`",
        identifier="`holdfast.uuid4()`",
        sleep="`holdfast.sleep(...)`, in async workflows `await holdfast.aio.sleep(...)`",
        completion_order="`holdfast.as_completed(...)` or `holdfast.gather(...)`",
        output="`holdfast.logger`",
        memoised="a step, whose result is kept with the workflow",
    ),
    substitutes=_SUBSTITUTES,
    step_decorator="{holdfast}.step",
)
