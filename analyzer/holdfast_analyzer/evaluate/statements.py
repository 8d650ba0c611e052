"""What each kind of statement does to the names of a frame, and what running it does."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from holdfast_analyzer.evaluate import concurrency, expressions, order, special_methods
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Container,
    External,
    ExternalInstance,
    Value,
    in_order,
    join,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown
from holdfast_rules.facts import Sink, SwallowedControl, Unawaited, UnboundedLoop

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

MOST_PASSES = 2
"""A loop's body is read again while its names change: twice shows what one iteration hands to the next."""


def block(ev: "Evaluator", body: list[ir.Stmt], frame: Frame) -> bool:
    """Run statements in order; return True when control never reaches the end."""
    once = frame.once
    try:
        # No `any` over a generator: `elif` chains nest blocks, and Python 3.12 allows few calls through C in each other.
        for statement in body:  # noqa: SIM110
            if ev.statement(statement, frame):
                return True
        return False
    finally:
        frame.once = once


def end_of(body: list[ir.Stmt], default: ir.Position) -> tuple[int, int]:
    """Return the line and column at which the last statement of `body` ends."""
    if not body:
        return default[2], default[3]
    last = body[-1]
    inner: list[ir.Stmt] = []
    for part in ("final", "orelse", "body"):
        inner = getattr(last, part, [])
        if inner:
            break
    if isinstance(last, ir.Try) and not last.final and not last.orelse and last.handlers:
        inner = last.handlers[-1].body
    if isinstance(last, ir.Match) and last.cases:
        inner = last.cases[-1].body
    if isinstance(last, ir.FunctionDef):
        inner = last.function.body
    return end_of(inner, last.at)


def operations_in(frame: Frame, start: ir.Position, body: list[ir.Stmt]) -> tuple[str, ...]:
    """Return the durable operations, as written, that stand in `body` or in what it calls."""
    if not frame.summary.durable:
        return ()
    first, last = (start[0], start[1]), end_of(body, start)
    found = [(at, call.shown) for at, call in frame.summary.operations.items() if first <= (at[0], at[1]) <= last]
    found += [
        (edge.at, edge.shown)
        for edge in frame.summary.edges.values()
        if edge.callee.durable and first <= (edge.at[0], edge.at[1]) <= last
    ]
    return tuple(dict.fromkeys(text for _, text in sorted(found)))


def expression(ev: "Evaluator", node: ir.ExprStatement, frame: Frame) -> bool:
    """An expression on its own; a durable operation whose awaitable is dropped is noted."""
    ev.value(node.value, frame)
    call = node.value
    if isinstance(call, ir.Call):
        operation = ev.awaitables.get((id(frame.summary), call.at))
        if operation is not None:
            fact = Unawaited(
                at=frame.summary.span(call.at),
                function=frame.summary.function,
                chain=(),
                operation=operation,
                how="dropped",
            )
            ev.note(frame, fact)
        ev.lost_task(call, frame)
    return False


def assign(ev: "Evaluator", node: ir.Assign, frame: Frame) -> bool:
    """`targets = value`."""
    value = ev.value(node.value, frame)
    for target in node.targets:
        part = value
        if isinstance(target, ir.Display) and (len(target.items) > 1 or isinstance(target.items[0], ir.Starred)):
            part = order.keep(ev, value, "unpacking", frame, node.value.at, node.value)
        ev.assign(target, part, frame)
    return False


def annotated(ev: "Evaluator", node: ir.AnnotatedAssign, frame: Frame) -> bool:
    """`target: annotation = value`: the annotation helps where the value says little."""
    if node.value is not None:
        value = ev.refine(ev.value(node.value, frame), node.annotation, frame)
        ev.assign(node.target, value, frame)
    elif isinstance(node.target, ir.Name) and (frame.in_class or frame.at_import):
        ev.assign(node.target, ev.annotation(node.annotation, frame), frame)
    return False


def augmented(ev: "Evaluator", node: ir.AugmentedAssign, frame: Frame) -> bool:
    """`target operator= value`: in place for lists, dicts and sets."""
    before = ev.value(node.target, frame)
    value = ev.value(node.value, frame)
    in_place = False
    for ref in in_order(before.refs):
        if isinstance(ref, Container) and ref.kind in ("list", "set", "dict"):
            in_place = True
            ev.small_displays[ref.site] = False
            frame.grown()
            ev.heap.add(ref, ev.elements(value))
            ev.mutated(ref, frame, node.at, f"{shown(node.target)} {node.operator}= …", ev.elements(value))
    if not in_place:
        method = special_methods.OPERATORS.get(node.operator, "")
        in_place_method = method.replace("__", "__i", 1)
        combined = special_methods.operated(ev, before, value, method, frame, node.at, in_place_method)
        if combined is NOTHING:
            operation = ir.Operation("binary", node.operator, [node.target, node.value], node.at)
            combined = expressions.operated(ev, operation, [before, value], frame)
        if frame.order and node.operator == "+" and not is_number(combined):
            combined = combined.tainted(frame.order)
        commutes = is_number(combined) and not any(isinstance(part, ir.Await) for part in concurrency.nodes(node.value))
        ev.assign(node.target, combined, frame, commutes)
    elif isinstance(node.target, ir.Name) and node.target.id in frame.global_names:
        ev.assign(node.target, before, frame)
    return False


def is_number(value: Value) -> bool:
    """Tell whether a value is a number: adding numbers up does not depend on their order (floats: nearly)."""
    return all(getattr(ref, "type", getattr(ref, "kind", "")) in ("int", "float", "bool") for ref in value.refs)


def return_(ev: "Evaluator", node: ir.Return, frame: Frame) -> bool:
    """`return value`."""
    if node.value is not None:
        value = ev.value(node.value, frame)
        if frame.order and not isinstance(node.value, ir.Constant):
            value = value.tainted(frame.order)
        frame.returns = join(frame.returns, value)
    else:
        frame.returns = join(frame.returns, ev.value(ir.Constant("none", None, node.at), frame))
    return True


def if_(ev: "Evaluator", node: ir.If, frame: Frame) -> bool:
    """`if`: branches that cannot run are not read; names are joined after it."""
    condition = ev.condition(node.test, frame)
    test = ev.tested(condition.value, frame, node.test.at)
    if condition.truth is not None:
        return block(ev, node.body if condition.truth else node.orelse, frame)
    guard = condition.replaying
    before, single = dict(frame.names), frame.single
    ev.narrow(node.test, True, frame)
    with frame.running_once(guard is False):
        left = block(ev, node.body, frame)
    after_body, frame.names = frame.names, dict(before)
    single_after, frame.single = frame.single, single
    ev.narrow(node.test, False, frame)
    with frame.running_once(guard is True):
        left_else = block(ev, node.orelse, frame)
    frame.names = merged(after_body, left, frame.names, left_else)
    if left_else:
        frame.single = single_after
    elif not left:
        frame.single &= single_after
    if guard is None:
        durable = bool(operations_in(frame, node.at, node.body) or operations_in(frame, node.at, node.orelse))
        ev.branch(test, frame, node.test, durable=durable, statements=node.body + node.orelse)
        if left or left_else:
            frame.pending_exits |= test.taint
    elif (guard is True and left) or (guard is False and left_else):
        frame.once = True
    return left and left_else


def merged(one_: dict[str, Value], one_left: bool, other: dict[str, Value], other_left: bool) -> dict[str, Value]:
    """Join the names after two branches; a branch that left does not count."""
    if one_left and not other_left:
        return other
    if other_left and not one_left:
        return one_
    result = dict(one_)
    for name, value in other.items():
        known = result.get(name)
        if known is not value:
            result[name] = join(known, value) if known is not None else value
    return result


def loop(ev: "Evaluator", body: list[ir.Stmt], frame: Frame, enter: Callable[[], None]) -> None:
    """Read a loop's body until its names settle, at most `MOST_PASSES` times."""
    outer = frame.first_pass
    for number in range(1 if outer else MOST_PASSES):
        before = dict(frame.names)
        frame.first_pass = number == 0
        enter()
        block(ev, body, frame)
        frame.names = merged(frame.names, False, before, False)
        if frame.names == before:
            break
    frame.first_pass = outer


def for_(ev: "Evaluator", node: ir.For, frame: Frame) -> bool:
    """`for`: over a set it is noted when the body keeps the order of what it sees."""
    iterable = ev.value(node.iterable, frame)
    source = order.keep(ev, iterable, "for", frame, node.iterable.at, node.iterable)
    tokens = order.order_tokens(source.taint)
    elements = ev.iterate(source, frame, node.iterable.at).tainted(source.taint - tokens)
    frame.suspended = frame.suspended or node.is_async
    with frame.in_order_of(tokens):
        loop(ev, node.body, frame, lambda: ev.assign(node.target, elements, frame))
    rest = Value(source.refs, source.taint - tokens)
    ev.branch(rest, frame, node.iterable, durable=bool(operations_in(frame, node.at, node.body)), statements=node.body)
    block(ev, node.orelse, frame)
    return False


def while_(ev: "Evaluator", node: ir.While, frame: Frame) -> bool:
    """`while`: one without an end and with durable operations grows its history for ever."""
    forever = isinstance(node.test, ir.Constant) and bool(node.test.value)
    if isinstance(node.test, ir.Constant) and not node.test.value:
        return block(ev, node.orelse, frame)

    tests: list[Value] = []

    def enter() -> None:
        tests.append(ev.tested(ev.value(node.test, frame), frame, node.test.at))

    loop(ev, node.body, frame, enter)
    test = join(*tests, ev.value(node.test, frame))
    operations = operations_in(frame, node.at, node.body)
    ev.branch(test, frame, node.test, durable=bool(operations), statements=node.body)
    leaves = can_leave(node.body)
    if forever and operations and not leaves and not frame.summary.continues:
        fact = UnboundedLoop(
            at=frame.summary.span(node.at), function=frame.summary.function, chain=(), operations=operations
        )
        ev.note(frame, fact)
    block(ev, node.orelse, frame)
    return forever and not leaves


def can_leave(body: list[ir.Stmt], nested: bool = False) -> bool:
    """Tell whether a loop with this body has a way out: `break` of its own, `return` or `raise`."""
    for node in body:
        if isinstance(node, ir.Return | ir.Raise) or (
            isinstance(node, ir.Jump) and node.kind == "break" and not nested
        ):
            return True
        inner = nested or isinstance(node, ir.For | ir.While)
        blocks = [getattr(node, part, []) for part in ("body", "orelse", "final")]
        if isinstance(node, ir.Try):
            blocks += [handler.body for handler in node.handlers]
        if isinstance(node, ir.Match):
            blocks = [case.body for case in node.cases]
        if isinstance(node, ir.FunctionDef | ir.ClassDef):
            continue
        if any(can_leave(part, inner) for part in blocks):
            return True
    return False


def with_(ev: "Evaluator", node: ir.With, frame: Frame) -> bool:
    """`with`: enters and leaves each context manager around the body."""
    vouched = False
    frame.suspended = frame.suspended or node.is_async
    managers: list[Value] = []
    for item in node.items:
        if isinstance(item.context, ir.Call):
            function, manager = ev.called(item.context, frame)
            vouched = vouched or ev.vouches(function)
        else:
            manager = ev.value(item.context, frame)
            vouched = vouched or ev.vouches(manager)
        entered = special_methods.entered(ev, manager, node.is_async, frame, item.context.at)
        managers.append(manager)
        if item.target is not None:
            ev.assign(item.target, entered.tainted(manager.taint), frame)
    with frame.vouched_for(vouched):
        left = block(ev, node.body, frame)
    for manager, item in zip(managers, node.items, strict=True):
        special_methods.left(ev, manager, node.is_async, frame, item.context.at)
    return left and not any(may_swallow(manager) for manager in managers)


def may_swallow(manager: Value) -> bool:
    """Tell whether leaving the block by an exception may be caught by the context manager."""
    return any(not isinstance(ref, ExternalInstance) or "suppress" in ref.type for ref in manager.refs)


def try_(ev: "Evaluator", node: ir.Try, frame: Frame) -> bool:
    """`try`: a handler around a call that only fails outside a workflow never runs inside one."""
    asked = frame.engine_calls
    before = dict(frame.names)
    left = block(ev, node.body, frame)
    outside_only = frame.engine_calls > asked and not ev.step_depth and not operations_in(frame, node.at, node.body)
    frame.certain = frame.certain or (outside_only and bool(node.handlers))
    if not left:
        left = block(ev, node.orelse, frame)
    after = frame.names
    all_left = left
    if not outside_only:
        start = merged(dict(after), False, before, False)
        for handler in node.handlers:
            frame.names = dict(start)
            if handler.type is not None:
                ev.value(handler.type, frame)
            if handler.name:
                frame.bind(handler.name, ev.caught(handler.type, frame))
            swallowed(ev, node, handler, frame)
            handler_left = block(ev, handler.body, frame)
            after = merged(after, all_left, frame.names, handler_left)
            all_left = all_left and handler_left
    frame.names = after
    with frame.cleaning_up("`finally`"):
        final_left = block(ev, node.final, frame)
    return all_left or final_left


def swallowed(ev: "Evaluator", node: ir.Try, handler: ir.Handler, frame: Frame) -> None:
    """Note a handler that would catch the engine's own control exceptions and let them go no further."""
    operations = operations_in(frame, node.at, node.body)
    if not operations or can_raise(handler.body):
        return
    if handler.type is not None:
        caught = ev.value(handler.type, frame)
        names = {ref.name for ref in ev.flattened(caught).refs if isinstance(ref, External)}
        if "builtins.BaseException" not in names:
            return
    if any(catches_all_first(ev, other, frame) for other in node.handlers[: node.handlers.index(handler)]):
        return
    text = "except:" if handler.type is None else f"except {shown(handler.type)}"
    fact = SwallowedControl(
        at=frame.summary.span(handler.at),
        function=frame.summary.function,
        chain=(),
        handler=text,
        operations=operations,
    )
    ev.note(frame, fact)


def catches_all_first(ev: "Evaluator", handler: ir.Handler, frame: Frame) -> bool:
    """Tell whether an earlier handler already takes every exception and raises again."""
    if handler.type is None:
        return True
    names = {ref.name for ref in ev.value(handler.type, frame).refs if isinstance(ref, External)}
    return "builtins.BaseException" in names


def can_raise(body: list[ir.Stmt]) -> bool:
    """Tell whether a handler raises on some path."""
    for node in body:
        if isinstance(node, ir.Raise):
            return True
        for part in ("body", "orelse", "final"):
            if not isinstance(node, ir.FunctionDef | ir.ClassDef) and can_raise(getattr(node, part, [])):
                return True
    return False


def raise_(ev: "Evaluator", node: ir.Raise, frame: Frame) -> bool:
    """`raise`: what the exception carries is part of the outcome."""
    for part in (node.exception, node.cause):
        if part is not None:
            value = ev.value(part, frame)
            ev.flow(value.tainted(frame.order), Sink.RESULT, frame)
    return True


def assert_(ev: "Evaluator", node: ir.Assert, frame: Frame) -> bool:
    """`assert` branches."""
    test = ev.tested(ev.value(node.test, frame), frame, node.test.at)
    ev.branch(test, frame, node.test, durable=False)
    if node.message is not None:
        ev.value(node.message, frame)
    ev.narrow(node.test, True, frame)
    return False


def delete(ev: "Evaluator", node: ir.Delete, frame: Frame) -> bool:
    """`del`: of an item or attribute, a change in place."""
    for target in node.targets:
        if isinstance(target, ir.Subscript):
            base = ev.value(target.base, frame)
            given = Arguments([ev.value(target.index, frame)])
            ev.call_method(base, "__delitem__", given, frame, node.at)
            for ref in in_order(base.refs):
                ev.mutated(ref, frame, node.at, f"del {shown(target)}")
        elif isinstance(target, ir.Attribute):
            ev.value(target.base, frame)
    return False


def import_(ev: "Evaluator", node: ir.Import, frame: Frame) -> bool:
    """An import inside a function binds local names."""
    for imported in node.names:
        if imported.bound == "*":
            frame.names.update(ev.star(frame.module, imported.module, imported.level))
        else:
            frame.bind(imported.bound, ev.imported(frame.module, imported))
    return False


def function_def(ev: "Evaluator", node: ir.FunctionDef, frame: Frame) -> bool:
    """A nested function: a closure, wrapped by its decorators."""
    ev.assign(ir.Name(node.function.name, node.at), ev.decorated_closure(node, frame), frame)
    return False


def class_def(ev: "Evaluator", node: ir.ClassDef, frame: Frame) -> bool:
    """A local class."""
    ev.assign(ir.Name(node.name, node.at), ev.local_class(node, frame), frame)
    return False


def match_(ev: "Evaluator", node: ir.Match, frame: Frame) -> bool:
    """`match`: every case may run."""
    subject = ev.value(node.subject, frame)
    before = dict(frame.names)
    names: dict[str, Value] | None = None
    all_left = True
    exhaustive = False
    durable = False
    for case in node.cases:
        frame.names = dict(before)
        for pattern in case.expressions:
            ev.value(pattern, frame)
        for bound in case.binds:
            frame.bind(bound, Value(UNKNOWN.refs, subject.taint))
        whole = ev.narrowed(subject, join(*(ev.value(kind, frame) for kind in case.classes)))
        if case.whole:
            frame.bind(case.whole, whole)
        if isinstance(node.subject, ir.Name) and node.subject.id in frame.names:
            frame.names[node.subject.id] = whole
        if case.guard is not None:
            guard = ev.tested(ev.value(case.guard, frame), frame, case.guard.at)
            ev.branch(guard, frame, case.guard, durable=False)
        left = block(ev, case.body, frame)
        durable = durable or bool(operations_in(frame, node.at, case.body))
        names = frame.names if names is None else merged(names, all_left, frame.names, left)
        all_left = all_left and left
        exhaustive = exhaustive or case.catches_all
    if names is None or not exhaustive:
        names = merged(names or before, all_left and names is not None, before, False)
    frame.names = names
    ev.branch(subject, frame, node.subject, durable=durable)
    return all_left and exhaustive


def declare(ev: "Evaluator", node: ir.Declare, frame: Frame) -> bool:
    """`global` and `nonlocal` were read with the scope."""
    return False


def jump(ev: "Evaluator", node: ir.Jump, frame: Frame) -> bool:
    """`break` and `continue` leave the block; `pass` does not."""
    return node.kind != "pass"


Handler = Callable[["Evaluator", Any, Frame], bool]

STATEMENTS: dict[type, Handler] = {
    ir.ExprStatement: expression,
    ir.Assign: assign,
    ir.AnnotatedAssign: annotated,
    ir.AugmentedAssign: augmented,
    ir.Return: return_,
    ir.If: if_,
    ir.For: for_,
    ir.While: while_,
    ir.With: with_,
    ir.Try: try_,
    ir.Raise: raise_,
    ir.Assert: assert_,
    ir.Delete: delete,
    ir.Import: import_,
    ir.FunctionDef: function_def,
    ir.ClassDef: class_def,
    ir.Match: match_,
    ir.Declare: declare,
    ir.Jump: jump,
}
