"""The profile of Resonate. Read from: resonate-sdk 0.7.4 (async functions) and 0.6.7 (generators), with the examples of both.

Every function gets a context. One that uses it for durable operations is workflow code and runs anew after each suspension;
one that does not runs to its end once, and its result is kept. In 0.6 a generator yields what 0.7 awaits; there,
`ctx.random` and `ctx.time` are recorded, too.
"""

from holdfast_rules.engines.profile import Argument, Operation, OperationKind, Profile, WorkflowMarker
from holdfast_rules.engines.spelling import STRUCTURED_ASYNC, in_step, members, owned

_CONTEXT = "resonate.context.Context"
_RESONATE = "resonate.resonate.Resonate"
_RANDOM = "resonate.resonate.Random"
_TIME = "resonate.resonate.Time"
_REGISTERED = "resonate.resonate.Function"
_HANDLE = "resonate.handle.ResonateHandle"

_FUNCTION = (Argument(0),)
_PASSED = (0, _CONTEXT)

_LOCAL = tuple(
    Operation(
        name=f"{_CONTEXT}.{name}",
        kind=OperationKind.STEP,
        runs=_FUNCTION,
        branches=_FUNCTION,
        keeps_branches=True,
        # The engine itself waits for what 0.7 starts; in 0.6 only what is yielded runs at all.
        awaited=name not in ("run", "call"),
        callable_arguments=1,
        callable_parameters=(_PASSED,),
    )
    for name in ("run", "begin_run", "lfc", "lfi", "call")
)

_REMOTE = tuple(
    Operation(
        name=f"{_CONTEXT}.{name}",
        kind=OperationKind.CHILD,
        names=_FUNCTION,
        awaited=name not in ("rpc", "detached"),
        callable_arguments=1,
    )
    for name in ("rpc", "begin_rpc", "rfc", "rfi", "detached")
)

_RECORDED = (
    *owned(
        (_RANDOM,),
        *(
            Operation(name=name, kind=OperationKind.VALUE, awaited=True)
            for name in ("betavariate", "choice", "expovariate", "getrandbits", "randint", "random", "randrange")
        ),
        Operation(name="triangular", kind=OperationKind.VALUE, awaited=True),
    ),
    Operation(name=f"{_TIME}.time", kind=OperationKind.VALUE, awaited=True),
    Operation(name=f"{_TIME}.strftime", kind=OperationKind.VALUE, awaited=True),
)

_TOP_LEVEL = owned(
    (_RESONATE, _REGISTERED),
    *(
        Operation(name=name, kind=OperationKind.CHILD, names=(Argument(0, "id"),))
        for name in ("run", "begin_run", "rpc", "begin_rpc")
    ),
)

PROFILE = Profile(
    name="resonate",
    title="Resonate",
    replay_needs_operation=True,
    packages=("resonate", "resonate_aws"),
    workflows=(
        WorkflowMarker(
            decorator=f"{_RESONATE}.register", context_parameter=_PASSED, called_is_child=False, only_operating=True
        ),
        *(
            WorkflowMarker(
                registration=registration,
                registration_argument=argument,
                context_parameter=_PASSED,
                called_is_child=False,
                only_operating=True,
            )
            for registration, argument in (
                (f"{_RESONATE}.register", Argument(0, "func")),
                (f"{_RESONATE}.run", Argument(1, "func")),
                (f"{_RESONATE}.begin_run", Argument(1, "func")),
            )
        ),
        WorkflowMarker(
            parameter_type=(_CONTEXT,), context_parameter=_PASSED, called_is_child=False, only_operating=True
        ),
    ),
    operations=(
        *_LOCAL,
        *_REMOTE,
        Operation(name=f"{_CONTEXT}.sleep", kind=OperationKind.SLEEP, awaited=True),
        Operation(
            name=f"{_CONTEXT}.promise", kind=OperationKind.RECEIVE, names=(Argument(keyword="id"),), awaited=True
        ),
        *_RECORDED,
        *_TOP_LEVEL,
        Operation(name="resonate.ext.pydantic_ai.ResonateAgent.run", kind=OperationKind.STEP, awaited=True),
    ),
    instances={f"{_CONTEXT}.random": _RANDOM, f"{_CONTEXT}.time": _TIME},
    returns={
        f"{_CONTEXT}.options": _CONTEXT,
        **dict.fromkeys(members((_RESONATE,), "local", "remote", "options", "with_dependency"), _RESONATE),
        **dict.fromkeys(members((_RESONATE,), "run", "rpc", "get"), _HANDLE),
        f"{_RESONATE}.register": _REGISTERED,
        f"{_REGISTERED}.options": _REGISTERED,
        "resonate.ext.pydantic_ai.context.workflow_context": _CONTEXT,
    },
    deterministic=STRUCTURED_ASYNC,
    workflow_predicates=("resonate.ext.pydantic_ai.context.workflow_context",),
    predicates_hold_in_steps=True,
    replacements=in_step(
        "`ctx.run(function)` of a function that uses no context: its result is kept",
        clock="`ctx.run(function)` of a function that returns the time (in 0.6 `yield ctx.time.time()`)",
        randomness="`ctx.run(function)` of a function that returns the value (in 0.6 `yield ctx.random.random()`)",
        identifier="`ctx.run(function)` of a function that returns the identifier",
        sleep="`ctx.sleep(...)`",
        completion_order="awaiting the futures of `ctx.run(...)` one after the other",
        output="`ctx.run(function)` of a function that writes it",
        memoised="`ctx.run(function)` of a function that uses no context",
    ),
    generator_workflows=True,
    control_exceptions={
        "resonate.error.Suspended": "BaseException",
        "resonate.error.PlatformError": "BaseException",
    },
    aliases={
        "resonate.Context": _CONTEXT,
        "resonate.resonate.Context": _CONTEXT,
        "resonate.Resonate": _RESONATE,
        "resonate_aws.Resonate": _RESONATE,
        "resonate.ext.pydantic_ai.agent.ResonateAgent": "resonate.ext.pydantic_ai.ResonateAgent",
    },
)
