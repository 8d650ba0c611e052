"""What each kind of statement does to the names of a frame, and what running it does."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from holdfast_analyzer.evaluate import concurrency, exceptions, expressions, order, special_methods
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.blocks import block, merged, operations_in
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Container,
    Value,
    in_order,
    join,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown
from holdfast_rules.facts import Unawaited, UnboundedLoop

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

MOST_PASSES = 2
"""A loop's body is read again while its names change: twice shows what one iteration hands to the next."""


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
    ir.With: exceptions.with_,
    ir.Try: exceptions.try_,
    ir.Raise: exceptions.raise_,
    ir.Assert: exceptions.assert_,
    ir.Delete: delete,
    ir.Import: import_,
    ir.FunctionDef: function_def,
    ir.ClassDef: class_def,
    ir.Match: match_,
    ir.Declare: declare,
    ir.Jump: jump,
}
