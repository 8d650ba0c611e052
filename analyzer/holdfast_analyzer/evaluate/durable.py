"""Durable operations: steps, child workflows and the rest of the engine's API."""

import re
from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import boundary
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.closures import callable_refs
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.members import typed
from holdfast_analyzer.evaluate.operation_names import operation_name, recorded_name
from holdfast_analyzer.evaluate.summary import DurableCall
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
    Value,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir
from holdfast_rules.engines.profile import Argument, Operation, OperationKind
from holdfast_rules.facts import (
    NestedStep,
    Sink,
    StepInCleanup,
    TaintedName,
    UnserialisableValue,
)

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

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
        what = boundary.unserialisable(ev, value)
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
    return boundary.run_body(ev, ref, given, frame, at, shown)


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
        return boundary.DECODED
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
            if wanted in operation.branches and goes_on(ev, operation, ref):
                continue
            result = join(result, boundary.run_body(ev, ref, handed, frame, at, shown))
    for wanted in operation.branches:
        value = arguments.get(wanted.position, wanted.keyword)
        for ref in in_order(ev.flattened(value).refs) if value is not None else ():
            if wanted in operation.runs and not goes_on(ev, operation, ref):
                continue
            if isinstance(ref, Function | Bound | Partial):
                result = join(result, ev.call(one(ref), handed, frame, at, shown))
    if operation.keeps_branches:
        boundary.written_in_branches(ev, frame, at, shown)
    if operation.returns_decorator or operation.decorates:
        return decorates(ev, operation, arguments, frame, at, shown)
    own = engine_result(ev, name) if name in ev.index.profile.returns else NOTHING
    if own is not NOTHING:
        return own
    if operation.kind is OperationKind.GATHER and not operation.branches:
        return gathered(ev, arguments, frame, at)
    return Value(result.refs, result.taint if operation.branches else NO_TAINT) if result.refs else boundary.DECODED


def decorates(
    ev: "Evaluator", operation: Operation, arguments: Arguments, frame: Frame, at: ir.Position, shown: str
) -> Value:
    """Use an operation as a decorator of a step's body: bare, the body runs now; called, it gives the decorator."""
    first = arguments.get(0)
    if operation.decorates and first is not None and callable_refs(first):
        result = NOTHING
        for ref in in_order(first.refs):
            result = join(result, boundary.run_body(ev, ref, Arguments(), frame, at, shown))
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


def goes_on(ev: "Evaluator", operation: Operation, ref: Ref) -> bool:
    """Tell whether a function that an operation runs is workflow code: a generator, or a coroutine function whose context does more."""
    if not isinstance(ref, Function):
        return False
    view = ev.program.view(ref.path)
    body = ev.invocations.body(ref, view)
    if body is None or body.is_generator:
        return body is not None
    outline = view.outline.functions.get(ref.qualname) if view is not None else None
    if view is None or outline is None or not body.is_async or not body.parameters:
        return False
    context = operation.name.rpartition(".")[0]
    names = [
        each.name.rpartition(".")[2] for each in ev.index.profile.operations if each.name.startswith(f"{context}.")
    ]
    used = re.compile(rf"\b{re.escape(body.parameters[0].name)}\.(?:{'|'.join(names)})\s*\(")
    return used.search(view.source.lines(outline.region.line, outline.region.end_line)) is not None


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
