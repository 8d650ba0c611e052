"""Durable operations: steps, child workflows and the rest of the engine's API."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.closures import callable_refs
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.members import typed
from holdfast_analyzer.evaluate.operation_names import operation_name, recorded_name
from holdfast_analyzer.evaluate.summary import DurableCall, Edge
from holdfast_analyzer.evaluate.values import (
    NO_TAINT,
    NOTHING,
    UNKNOWN,
    Bound,
    Container,
    Data,
    Decorator,
    External,
    ExternalInstance,
    Function,
    Instance,
    Partial,
    Ref,
    Source,
    Token,
    Unknown,
    Value,
    data,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir
from holdfast_rules.engines.profile import Argument, Operation, OperationKind
from holdfast_rules.facts import (
    MutatedCheckpoint,
    NestedStep,
    Sink,
    StepInCleanup,
    TaintedName,
    UnserialisableValue,
)

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

DECODED = data("object")
"""What comes back over an engine's boundary and has no annotation: it was serialised, so it is data without effects."""
NO_INPUT = frozenset({OperationKind.GATHER, OperationKind.WAIT, OperationKind.PATCH})
"""Operations whose arguments are handles or conditions, not data that is kept."""
OR = " or "
PURE_KINDS = frozenset({OperationKind.VALUE})


def perform(
    ev: "Evaluator", frame: Frame, at: ir.Position, shown: str, kind: OperationKind, awaited: bool, name: str
) -> None:
    """Note that the current function performs a durable operation, which is recorded by `name`."""
    summary = frame.summary
    if kind is OperationKind.CONTINUE:
        summary.continues = True
    summary.operations[at] = DurableCall(at, shown, kind.value, either(summary.operations.get(at), name))
    summary.durable = True
    if awaited:
        ev.awaitables[(id(summary), at)] = shown
    if ev.step_depth and not ev.index.profile.nested_steps and kind is not OperationKind.GATHER:
        step = ev.step_names[-1] if ev.step_names else ""
        fact = NestedStep(at=summary.span(at), function=summary.function, chain=(), step=step, operation=shown)
        ev.note(frame, fact)
    reached(ev, frame, at, shown)


def either(before: DurableCall | None, name: str) -> str:
    """Return the name of an operation at a place that performs `before`, or this one: what is called there differs."""
    if before is None or not before.name or not name:
        return name
    return OR.join(sorted({*before.name.split(OR), name}))


def reached(ev: "Evaluator", frame: Frame, at: ir.Position, shown: str) -> None:
    """Note what stands around a durable operation, performed here or in a function that is called here."""
    summary = frame.summary
    if frame.cleanup and not ev.step_depth and not ev.index.profile.cleanup_operations:
        fact = StepInCleanup(
            at=summary.span(at), function=summary.function, chain=(), operation=shown, where=frame.cleanup
        )
        ev.note(frame, fact)
    summary.flow(frame.order, Sink.DURABLE_BRANCH)
    summary.flow(frame.pending_exits, Sink.DURABLE_BRANCH)


def inputs(ev: "Evaluator", arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> None:
    """Note that values are the input of a durable operation."""
    for value in arguments.everything():
        ev.flow(value, Sink.DURABLE_INPUT, frame)
        what = unserialisable(ev, value)
        if what and ev.index.profile.stores_arguments:
            fact = UnserialisableValue(
                at=frame.summary.span(at),
                function=frame.summary.function,
                chain=(),
                what=what,
                role="argument",
                operation=shown,
            )
            ev.note(frame, fact)


LIVE_TYPES = {
    "threading.Lock": "lock",
    "threading.RLock": "lock",
    "threading.Event": "event",
    "threading.Thread": "thread",
    "asyncio.Lock": "lock",
    "socket.socket": "socket",
    "io.TextIOWrapper": "open file",
    "io.BufferedReader": "open file",
    "sqlite3.Connection": "connection",
    "sqlite3.connect()": "connection",
    "sqlite3.Cursor": "cursor",
    "psycopg.connect()": "connection",
    "psycopg.Connection": "connection",
    "builtins.generator": "generator",
}


def unserialisable(ev: "Evaluator", value: Value) -> str:
    """Return what a value is, in a word, if no serialiser can store it, else ""."""
    for ref in in_order(value.refs):
        if isinstance(ref, Function) and ref.frame is not None and not ref.marked and ref.qualname.endswith("<lambda>"):
            return "lambda"
        if isinstance(ref, Container) and "generator" in ref.kind and ref.site and ref.site[0] != "annotation":
            return "generator"
        if isinstance(ref, ExternalInstance) and ref.type in LIVE_TYPES:
            return LIVE_TYPES[ref.type]
    return ""


def place(token: Token) -> tuple[str, int, int]:
    """Order tokens by their place."""
    return (
        (token.at.path, token.at.line, token.at.column)
        if isinstance(token, Source)
        else ("", token.summary, token.index)
    )


def names(
    ev: "Evaluator", wanted: tuple[Argument, ...], arguments: Arguments, frame: Frame, at: ir.Position, shown: str
) -> None:
    """Note hazards' values in the name or id of a durable operation (501)."""
    for argument in wanted:
        value = arguments.get(argument.position, argument.keyword)
        if value is None:
            continue
        ev.flow(value, Sink.DURABLE_NAME, frame)
        for token in sorted(ev.heap.deep_taint(value), key=place):
            if isinstance(token, Source):
                fact = TaintedName(
                    at=frame.summary.span(at),
                    function=frame.summary.function,
                    chain=(),
                    operation=shown,
                    source=token.name,
                    source_at=token.at,
                )
                ev.note(frame, fact)


def call_step(ev: "Evaluator", ref: Function, arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> Value:
    """Call a function that a decorator made a step: its effects stay inside."""
    if ev.step_depth:
        if not ev.index.profile.nested_steps:
            perform(ev, frame, at, shown, OperationKind.STEP, False, recorded_name(ev, ref))
        return ev.invocations.invoke(ref, arguments, frame, at, shown)
    perform(ev, frame, at, shown, OperationKind.STEP, is_async(ev, ref), recorded_name(ev, ref))
    inputs(ev, without_receiver(ref, arguments), frame, at, shown)
    marker = ev.index.step_decorators.get(ref.marked_by)
    given = arguments
    if marker is not None and marker.context_parameter is not None:
        index, kind = marker.context_parameter
        position = min(index + (ref.owner is not None), len(given.positional))
        given = Arguments([*given.positional], given.keywords, given.rest, given.rest_keywords, given.open_ended)
        given.positional.insert(position, one(ExternalInstance(kind)))
    return run_body(ev, ref, given, frame, at, shown)


def bound(ev: "Evaluator", ref: Function, arguments: Arguments) -> Value:
    """Return the callable that calling a marked function gives: its arguments bound by name, the context still to come."""
    body = ev.invocations.body(ref, ev.program.view(ref.path))
    context = ev.index.binds(ref.marked_by)
    names = [parameter.name for parameter in body.parameters] if body is not None else []
    if context is not None and 0 <= context < len(names):
        del names[context]
    keywords = {**dict(zip(names, arguments.positional, strict=False)), **arguments.keywords}
    plain = Function(ref.path, ref.qualname, ref.at, ref.frame, owner=ref.owner)
    return one(Partial(plain, (), tuple(sorted(keywords.items(), key=lambda pair: pair[0]))))


def without_receiver(ref: Function, arguments: Arguments) -> Arguments:
    """Return the arguments of a method without its receiver."""
    if (
        ref.owner is None
        or not arguments.positional
        or not isinstance(next(iter(in_order(arguments.positional[0].refs)), None), Instance)
    ):
        return arguments
    return Arguments(arguments.positional[1:], arguments.keywords, arguments.rest, arguments.rest_keywords)


def is_async(ev: "Evaluator", ref: Function) -> bool:
    """Tell whether a function is a coroutine function."""
    view = ev.program.view(ref.path)
    body = ev.invocations.body(ref, view)
    return body is not None and body.is_async


def run_body(ev: "Evaluator", ref: Ref, arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> Value:
    """Evaluate a step's body apart: nothing of it counts as workflow code, its result is clean."""
    target: Ref = ref
    while isinstance(target, Partial | Bound):
        if isinstance(target, Partial):
            arguments = Arguments(
                [*target.arguments, *arguments.positional], {**dict(target.keywords), **arguments.keywords}
            )
            target = target.target
        else:
            arguments = arguments.after(one(target.receiver))
            target = target.function
    if not isinstance(target, Function):
        return UNKNOWN
    handed = frozenset(
        found for value in arguments.everything() for found in value.refs if isinstance(found, Container | Instance)
    )
    ev.step_depth += 1
    ev.step_names.append(shown)
    ev.step_inputs.append(handed)
    ev.step_marks.append(ev.next_serial())
    try:
        summary, _ = ev.invocations.evaluate(target, arguments)
    finally:
        ev.step_depth -= 1
        ev.step_names.pop()
        ev.step_inputs.pop()
        ev.step_marks.pop()
    if summary is None:
        return UNKNOWN
    frame.summary.steps.setdefault((at, summary.number), Edge(at, shown, summary))
    if target.frame is not None:
        for name, position in summary.captured_writes.items():
            owner: Frame | None = target.frame
            while owner is not None and name not in owner.bound and name not in owner.names:
                owner = owner.parent
            if owner is not None:
                ev.has_lost_writes = True
                owner.step_writes[name] = (name, summary, position, shown)
    what = unserialisable(ev, summary.returns)
    if what and not is_generator(summary.returns):
        fact = UnserialisableValue(
            at=frame.summary.span(at),
            function=frame.summary.function,
            chain=(),
            what=what,
            role="result",
            operation=shown,
        )
        ev.note(frame, fact)
    results = set()
    for found in in_order(summary.returns.refs):
        result = fresh(ev, found, frame, at)
        if found in handed and isinstance(found, Container):
            ev.aliased_results[result] = shown
        results.add(result)
    return Value(frozenset(results) or DECODED.refs)


def is_generator(value: Value) -> bool:
    """Tell whether a value is what a generator function returns."""
    return any(isinstance(ref, Container) and ref.site[-1:] == ("generator",) for ref in value.refs)


def fresh(ev: "Evaluator", ref: Ref, frame: Frame, at: ir.Position) -> Ref:
    """Return a step's result as a replay gives it back: decoded, so another object, and carrying no taint."""
    if isinstance(ref, Container):
        copy = Container(ref.kind, (*ev.site(frame, at), "result"))
        elements = ev.elements(one(ref)) if ref.kind != "dict" else ev.heap.contents(ref).elements
        ev.heap.contents(copy).elements = Value(
            frozenset(found for found in elements.refs if not isinstance(found, Container | Unknown)) or DECODED.refs
        )
        return copy
    if isinstance(ref, Instance):
        return Instance(ref.cls)
    return Data("object") if isinstance(ref, Unknown) else ref


def call_child(
    ev: "Evaluator", ref: Function, arguments: Arguments, frame: Frame, at: ir.Position, shown: str
) -> Value:
    """Call a workflow from workflow code: a child, which is a unit of its own."""
    perform(ev, frame, at, shown, OperationKind.CHILD, is_async(ev, ref), recorded_name(ev, ref))
    inputs(ev, without_receiver(ref, arguments), frame, at, shown)
    return returned(ev, ref)


def returned(ev: "Evaluator", ref: Function) -> Value:
    """Return a value of a function's annotated result."""
    view = ev.program.view(ref.path)
    body = ev.invocations.body(ref, view)
    if view is None or body is None or body.returns is None:
        return DECODED
    return ev.annotation(body.returns, ref.frame or ev.module_frame(view, ref.at[0]))


def call_handle(
    ev: "Evaluator", name: str, ref: Function, arguments: Arguments, frame: Frame, at: ir.Position, shown: str
) -> Value:
    """Call a method of what a decorator made of a function: `task.aio_run(…)`."""
    result = call_engine(ev, name, arguments, frame, at, shown)
    return result if result is not None and any(not isinstance(r, Data) for r in result.refs) else returned(ev, ref)


def call_engine(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str
) -> Value | None:
    """Call a name of the engine's own; None for all others."""
    index = ev.index
    operation = index.operations.get(name)
    if operation is not None:
        return operate(ev, operation, name, arguments, frame, at, shown)
    if not index.owns(name) or ev.program.call_hazards(name):  # the engine's own client talks to its server
        return None
    if name in index.outside_errors or name in index.workflow_predicates:
        frame.engine_calls += 1
        frame.summary.asks_engine = True
    keywords = frozenset(arguments.keywords)
    if index.declares(name) or index.step_decorators.get(name) is not None:
        first = arguments.get(0)
        if first is not None and callable_refs(first):
            from holdfast_analyzer.evaluate.closures import apply

            return apply(ev, Decorator(name, keywords), first)
        return one(Decorator(name, keywords))
    return engine_result(ev, name)


def engine_result(ev: "Evaluator", name: str) -> Value:
    """Return what a function of the engine gives: by the profile, else an object of the engine's, which is opaque."""
    kind = ev.index.profile.returns.get(name) or ev.index.profile.instances.get(f"{name}()")
    if kind is not None:
        return typed(kind)
    last = name.rpartition(".")[2]
    return one(ExternalInstance(name if last[:1].isupper() else f"{name}()"))


def operate(
    ev: "Evaluator",
    operation: Operation,
    name: str,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
) -> Value:
    """Perform an operation of the engine's API: run step bodies apart, branches as workflow code."""
    if name in ev.index.outside_errors:
        frame.engine_calls += 1
        frame.summary.asks_engine = True
    if operation.kind not in PURE_KINDS:
        perform(ev, frame, at, shown, operation.kind, operation.awaited, operation_name(ev, operation, name, arguments))
    names(ev, operation.names, arguments, frame, at, shown)
    bodies, branches = (
        [value for wanted in group if (value := arguments.get(wanted.position, wanted.keyword)) is not None]
        for group in (operation.runs, operation.branches)
    )
    if operation.kind not in NO_INPUT:
        inputs(ev, data_arguments(ev, arguments, bodies + branches), frame, at, shown)
        for value in bodies:
            inputs(ev, bound_arguments(ev, value), frame, at, shown)
    result = NOTHING
    handed = handed_on(ev, operation, arguments)
    for wanted in operation.runs:
        value = arguments.get(wanted.position, wanted.keyword)
        for ref in in_order(ev.flattened(value).refs) if value is not None else ():
            if wanted in operation.branches and is_generator_function(ev, ref):
                continue
            result = join(result, run_body(ev, ref, handed, frame, at, shown))
    for wanted in operation.branches:
        value = arguments.get(wanted.position, wanted.keyword)
        for ref in in_order(ev.flattened(value).refs) if value is not None else ():
            if wanted in operation.runs and not is_generator_function(ev, ref):
                continue
            if isinstance(ref, Function | Bound | Partial):
                result = join(result, ev.call(one(ref), handed, frame, at, shown))
    if operation.keeps_branches:
        written_in_branches(ev, frame, at, shown)
    if operation.returns_decorator or operation.decorates:
        return decorates(ev, operation, arguments, frame, at, shown)
    own = engine_result(ev, name) if name in ev.index.profile.returns else NOTHING
    if own is not NOTHING:
        return own
    if operation.kind is OperationKind.GATHER and not operation.branches:
        return gathered(ev, arguments, frame, at)
    return Value(result.refs, result.taint if operation.branches else NO_TAINT) if result.refs else DECODED


def decorates(
    ev: "Evaluator", operation: Operation, arguments: Arguments, frame: Frame, at: ir.Position, shown: str
) -> Value:
    """Use an operation as a decorator of a step's body: bare, the body runs now; called, it gives the decorator."""
    first = arguments.get(0)
    if operation.decorates and first is not None and callable_refs(first):
        result = NOTHING
        for ref in in_order(first.refs):
            result = join(result, run_body(ev, ref, Arguments(), frame, at, shown))
        return result
    return one(ExternalInstance(f"{operation.name}()"))


def gathered(ev: "Evaluator", arguments: Arguments, frame: Frame, at: ir.Position) -> Value:
    """Return the list of results of operations that are awaited together."""
    ref = Container("list", (*ev.site(frame, at), "gathered"))
    contents = ev.heap.contents(ref)
    for index, value in enumerate(arguments.positional):
        held = ev.elements(value) if any(isinstance(found, Container) for found in value.refs) else value
        if held is value and len(arguments.positional) > 1:
            contents.items[("int", index)] = join(contents.items.get(("int", index), NOTHING), value)
        else:
            ev.heap.add(ref, held)
    ev.heap.add(ref, arguments.rest)
    return one(ref, arguments.taint())


def is_generator_function(ev: "Evaluator", ref: Ref) -> bool:
    """Tell whether `ref` is a generator function."""
    if not isinstance(ref, Function):
        return False
    body = ev.invocations.body(ref, ev.program.view(ref.path))
    return body is not None and body.is_generator


def data_arguments(ev: "Evaluator", arguments: Arguments, callables: list[Value]) -> Arguments:
    """Return the arguments that are data, not the callables that the operation runs, nor references to functions."""

    def is_data(value: Value) -> bool:
        return not any(value is found for found in callables) and not (
            value.refs and all(isinstance(ref, Function | Bound | External) for ref in value.refs)
        )

    return Arguments(
        [value for value in arguments.positional if is_data(value)],
        {key: value for key, value in arguments.keywords.items() if is_data(value)},
        arguments.rest,
        arguments.rest_keywords,
    )


def bound_arguments(ev: "Evaluator", value: Value) -> Arguments:
    """Return what a step's callable was given before it is handed over: `step(charge(order))`, `partial(charge, order)`."""
    given = Arguments()
    for ref in in_order(ev.flattened(value).refs):
        if isinstance(ref, Partial):
            given.positional += [*ref.arguments, *(held for _, held in ref.keywords)]
    return given


def handed_on(ev: "Evaluator", operation: Operation, arguments: Arguments) -> Arguments:
    """Return what the operation hands to the callable that it runs."""
    given: list[Value] = []
    keywords: dict[str, Value] = {}
    if operation.callable_arguments >= 0:
        given = list(arguments.positional[operation.callable_arguments :])
        known = {argument.keyword for argument in (*operation.runs, *operation.branches, *operation.names)}
        keywords = {key: value for key, value in arguments.keywords.items() if key not in known}
    for position, kind in operation.callable_parameters:
        while len(given) < position:
            given.append(UNKNOWN)
        given.insert(position, one(ExternalInstance(kind)))
    result = Arguments(given, keywords)
    if operation.callable_arguments >= 0 and arguments.open_ended:
        result.rest, result.rest_keywords, result.open_ended = arguments.rest, arguments.rest_keywords, True
    return result


def written_in_step(ev: "Evaluator", ref: Ref, frame: Frame, at: ir.Position, shown: str) -> None:
    """Note that a step's body changes what the workflow handed to it (404) or keeps itself (403)."""
    summary = frame.summary
    if isinstance(ref, Instance) and ref == frame.receiver:
        attribute = shown.partition(" ")[0].rpartition(".")[2]
        ev.has_lost_writes = True
        ev.lost_attributes[(ref, attribute)] = (shown.partition(" ")[0], summary, at, ev.step_names[-1])
    elif ev.step_inputs and ref in ev.step_inputs[-1]:
        fact = MutatedCheckpoint(
            at=summary.span(at), function=summary.function, chain=(), what="input", step=ev.step_names[-1], shown=shown
        )
        ev.note(frame, fact)
    elif isinstance(ref, Container) and not ref.shared and older(ref, ev.step_marks[-1]):
        ev.has_lost_writes = True
        ev.lost_objects[ref] = (shown.partition(".")[0], summary, at, ev.step_names[-1])


def written_in_branches(ev: "Evaluator", frame: Frame, at: ir.Position, shown: str) -> None:
    """Note what the branches of an operation change around them: a replay that has their results does not run them (403)."""
    for edge in frame.summary.edges.values():
        if edge.at != at:
            continue
        for (_, subject, name), change in edge.callee.changes.items():
            ev.has_lost_writes = True
            written = change.shown.partition(" ")[0].partition("[")[0]
            if isinstance(subject, Frame):
                subject.step_writes[str(name)] = (str(name), change.summary, change.at, shown)
            elif isinstance(subject, Instance):
                ev.lost_attributes[(subject, str(name))] = (written, change.summary, change.at, shown)
            elif isinstance(subject, Container) and not subject.shared:
                ev.lost_objects[subject] = (written.partition(".")[0], change.summary, change.at, shown)


def older(ref: Container, mark: int) -> bool:
    """Tell whether a container was made before the step began."""
    serial = ref.site[0] if ref.site else 0
    return isinstance(serial, int) and 0 < serial < mark
