"""What each kind of expression evaluates to, and what evaluating it does."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from holdfast_analyzer.evaluate import order, reading, special_methods, sql
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    IDENTITY,
    NO_TAINT,
    NONE,
    NOTHING,
    UNKNOWN,
    Container,
    Data,
    ExternalInstance,
    Literal,
    ParameterTaint,
    Token,
    Unknown,
    Value,
    data,
    has_identity,
    is_identity,
    join,
    literal,
    one,
    without_identity,
)
from holdfast_analyzer.summarize import ir
from holdfast_rules.facts import Sink

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

LONGEST_TEXT = 2_000
"""Longer string constants are data; nobody looks up an attribute or a module by them."""


EQUALITY = frozenset({"==", "!=", "in", "not", "is"})


def constant(ev: "Evaluator", node: ir.Constant, frame: Frame) -> Value:
    """A literal is itself."""
    if node.kind == "str" and len(str(node.value)) > LONGEST_TEXT:
        return data("str")
    if node.kind == "none":
        return NONE
    return literal(node.kind, node.value)


def name(ev: "Evaluator", node: ir.Name, frame: Frame) -> Value:
    """A bare name: local, enclosing, global or built-in."""
    local = frame.names.get(node.id)
    if local is not None and node.id not in frame.global_names:
        return reading.read_local(ev, local, node, frame)
    return ev.read(ev.name(node.id, frame, node.at), node, frame)


def attribute(ev: "Evaluator", node: ir.Attribute, frame: Frame) -> Value:
    """`base.name`."""
    return ev.member(node, ev.value(node.base, frame), frame)


def subscript(ev: "Evaluator", node: ir.Subscript, frame: Frame) -> Value:
    """`base[index]`."""
    base = ev.value(node.base, frame)
    index = ev.value(node.index, frame)
    return ev.item(base, index, frame, node.at)


def call(ev: "Evaluator", node: ir.Call, frame: Frame) -> Value:
    """`function(arguments)`."""
    return ev.called(node, frame)[1]


def starred(ev: "Evaluator", node: ir.Starred, frame: Frame) -> Value:
    """`*value` where it is not spread into something: its elements."""
    return ev.iterate(ev.value(node.value, frame), frame, node.at)


def display(ev: "Evaluator", node: ir.Display, frame: Frame) -> Value:
    """A list, tuple or set display."""
    ref = Container(node.kind, ev.site(frame, node.at))
    contents = ev.heap.contents(ref)
    taint = NO_TAINT
    exact = node.kind != "set"
    if node.kind == "set" and len(node.items) == 1 and not isinstance(node.items[0], ir.Starred):
        ev.small_displays.setdefault(ref.site, True)
    for index, item in enumerate(node.items):
        if isinstance(item, ir.Starred):
            source = ev.value(item.value, frame)
            if node.kind != "set":
                source = order.keep(ev, source, "*", frame, item.at, item.value)
            value = ev.iterate(source, frame, item.at)
            exact = False
        else:
            value = ev.value(item, frame)
        if node.kind == "set":
            special_methods.hashed(ev, value, frame, node.at)
        if exact:
            contents.items[("int", index)] = join(contents.items.get(("int", index), NOTHING), value)
        else:
            taint |= order.order_tokens(value.taint)
            ev.heap.add(ref, value)
    return one(ref, taint)


def dict_display(ev: "Evaluator", node: ir.DictDisplay, frame: Frame) -> Value:
    """A dict display."""
    ref = Container("dict", ev.site(frame, node.at))
    taint = NO_TAINT
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = ev.value(value_node, frame)
        if key_node is None:
            taint |= value.taint
            ev.merge_mapping(ref, value)
            continue
        key = ev.value(key_node, frame)
        taint |= without_identity(key.taint) if ev.heap.is_key(key) else key.taint
        special_methods.hashed(ev, key, frame, key_node.at)
        ev.heap.set_item(ref, key, value)
    return one(ref, taint)


def comprehension(ev: "Evaluator", node: ir.Comprehension, frame: Frame) -> Value:
    """A comprehension: its targets live in a scope of their own."""
    before = dict(frame.names)
    bound_before = frame.bound
    frame.bound = frame.bound | frozenset(target for clause in node.clauses for target in target_names(clause.target))
    taint = NO_TAINT
    sources: list[Value] = []
    try:
        for clause in node.clauses:
            source = ev.value(clause.iterable, frame)
            sources.append(source)
            if node.kind in ("list", "dict"):
                source = order.keep(
                    ev, source, f"{node.kind} comprehension", frame, clause.iterable.at, clause.iterable
                )
            taint |= source.taint
            ev.assign(clause.target, ev.iterate(source, frame, clause.iterable.at).tainted(source.taint), frame)
            for condition in clause.conditions:
                test = ev.tested(ev.value(condition, frame), frame, condition.at)
                ev.flow(order.erased(test), Sink.BRANCH, frame)
                taint |= test.taint
        element = ev.value(node.element, frame)
        ref = Container(node.kind, ev.site(frame, node.at))
        if node.kind == "dict" and node.value is not None:
            ev.heap.set_item(ref, element, ev.value(node.value, frame))
        else:
            ev.heap.add(ref, element)
        if node.kind == "generator" and order.is_unordered(ev, sources[0]):
            ref = Container("unordered generator", ref.site)
            ev.heap.add(ref, element)
        if node.kind == "dict" and ev.finish_ordered:
            taint = order.inherited(ev, ref, taint)
    finally:
        frame.bound = bound_before
        walruses = {key: value for key, value in frame.names.items() if key in bound_before and key not in before}
        frame.names = {**before, **walruses}
    return one(ref, taint | (without_identity(element.taint) if is_identity(element) else element.taint))


def target_names(target: ir.Expr) -> list[str]:
    """Return the bare names that an assignment to `target` binds."""
    if isinstance(target, ir.Name):
        return [target.id]
    if isinstance(target, ir.Starred):
        return target_names(target.value)
    if isinstance(target, ir.Display):
        return [found for item in target.items for found in target_names(item)]
    return []


def lambda_(ev: "Evaluator", node: ir.Lambda, frame: Frame) -> Value:
    """A lambda: a closure, not yet called."""
    return one(ev.closure(node.function, frame))


def operation(ev: "Evaluator", node: ir.Operation, frame: Frame) -> Value:
    """Any operator, f-strings included."""
    if node.kind == "bool" or node.operator in ("not", "is", "is not"):
        return ev.condition(node, frame).value
    return operated(ev, node, [ev.value(operand, frame) for operand in node.operands], frame)


def operated(ev: "Evaluator", node: ir.Operation, operands: list[Value], frame: Frame) -> Value:
    """Apply an operator to its evaluated operands."""
    taint = NO_TAINT.union(*(ev.heap.deep_taint(operand, 1) for operand in operands))
    if node.kind == "format":
        for operand, expression in zip(operands, node.operands, strict=True):
            taint |= ev.stringify(operand, frame, expression.at, "__format__", "__str__", "__repr__")
        return Value(frozenset({sql.formatted(node.operands, operands)}), taint)
    if node.kind == "compare":
        taint -= order.order_tokens(taint) if node.operator in ("in", "not in", "==", "!=") else NO_TAINT
        result = dunder(ev, node, operands, frame)
        if not set(node.operator.split(" ")) - EQUALITY:
            taint = compared(ev, operands, taint)
        return data("bool", taint | result.taint)
    if node.kind == "unary":
        method = special_methods.UNARY_OPERATORS.get(node.operator, "")
        return ev.call_method(operands[0], method, Arguments(), frame, node.at, missing=operands[0]).tainted(taint)
    return binary(ev, node, operands, frame).tainted(taint)


def compared(ev: "Evaluator", operands: list[Value], taint: frozenset[Token]) -> frozenset[Token]:
    """Return the taint of telling operands apart: the addresses of objects differ between processes, which is which does not."""
    carriers = [operand for operand in operands if has_identity(ev.heap.deep_taint(operand, 1))]
    if not all(ev.heap.is_key(operand) for operand in carriers):
        return taint
    given = NO_TAINT.union(*(operand.taint for operand in operands if is_identity(operand)))
    return without_identity(taint) - frozenset(token for token in given if isinstance(token, ParameterTaint))


def binary(ev: "Evaluator", node: ir.Operation, operands: list[Value], frame: Frame) -> Value:
    """Arithmetic and string building."""
    left, right = operands[0], operands[-1]
    if sql.is_text(left) or sql.is_text(right):
        if node.operator in ("+", "%"):
            return one(sql.concatenated(node.operands, operands, node.operator))
        return data("str")
    special = order.combined(ev, node.operator, operands, frame, node.at)
    if special is not None:
        return special
    if node.operator == "|" and any(is_client(ev, operand) for operand in operands):
        return join(*operands)  # a chain of runnables that ends in a model
    if any(isinstance(ref, ExternalInstance) for ref in left.refs):
        return left if node.operator in ("/", "+", "-") else data("object")
    found = dunder(ev, node, operands, frame)
    if found is not NOTHING:
        return found
    kinds = {ref.type for operand in operands for ref in operand.refs if isinstance(ref, Data)}
    kinds = {"int" if kind == IDENTITY else kind for kind in kinds}
    constants = {ref.kind for operand in operands for ref in operand.refs if isinstance(ref, Literal)}
    if any(isinstance(ref, Unknown) for operand in operands for ref in operand.refs):
        return UNKNOWN if not (kinds | constants) & {"int", "float", "str"} else data("object")
    return data(next(iter(sorted(kinds | constants)), "object"))


def is_client(ev: "Evaluator", value: Value) -> bool:
    """Tell whether a value may be an object whose use is a hazard."""
    return any(isinstance(ref, ExternalInstance) and ev.program.makes_client(ref.type) for ref in value.refs)


def dunder(ev: "Evaluator", node: ir.Operation, operands: list[Value], frame: Frame) -> Value:
    """Call the operator's method on operands of followed classes."""
    result = NOTHING
    for operator in node.operator.split(" ") if node.kind == "compare" else [node.operator]:
        if operator == "in":
            result = join(result, special_methods.contained(ev, operands[0], operands[-1], frame, node.at))
        elif operator in special_methods.OPERATORS:
            right = operands[1] if len(operands) > 1 else None
            got = special_methods.operated(ev, operands[0], right, special_methods.OPERATORS[operator], frame, node.at)
            result = join(result, got)
    return result


def conditional(ev: "Evaluator", node: ir.Conditional, frame: Frame) -> Value:
    """`body if test else orelse`."""
    condition = ev.condition(node.test, frame)
    test = ev.tested(condition.value, frame, node.test.at)
    if condition.truth is not None:
        return ev.value(node.body if condition.truth else node.orelse, frame)
    operations = len(frame.summary.operations)
    with frame.narrowing():
        ev.narrow(node.test, True, frame)
        body = ev.value(node.body, frame)
    with frame.narrowing():
        ev.narrow(node.test, False, frame)
        orelse = ev.value(node.orelse, frame)
    result = join(body, orelse)
    ev.branch(test, frame, node.test, durable=len(frame.summary.operations) > operations)
    return result.tainted(test.taint)


def await_(ev: "Evaluator", node: ir.Await, frame: Frame) -> Value:
    """`await value`: the body of a coroutine was evaluated when it was called."""
    value = ev.value(node.value, frame)
    frame.suspended = True
    return ev.awaited(value, frame, node.at)


def yield_(ev: "Evaluator", node: ir.Yield, frame: Frame) -> Value:
    """`yield`: in a workflow that is a generator it gives an operation's result, elsewhere what is sent in."""
    if node.value is None:
        return UNKNOWN
    value = ev.value(node.value, frame)
    if node.is_from:
        frame.yields = join(frame.yields, ev.iterate(value, frame, node.at))
        return ev.generator_result(value)
    frame.yields = join(frame.yields, value)
    if frame.order:
        ev.order_kept(frame, node.at)
    return ev.awaited(value, frame, node.at)


def walrus(ev: "Evaluator", node: ir.Walrus, frame: Frame) -> Value:
    """`(target := value)`."""
    value = ev.value(node.value, frame)
    ev.assign(ir.Name(node.target, node.at), value, frame)
    return value


Handler = Callable[["Evaluator", Any, Frame], Value]

EXPRESSIONS: dict[type, Handler] = {
    ir.Constant: constant,
    ir.Name: name,
    ir.Attribute: attribute,
    ir.Subscript: subscript,
    ir.Call: call,
    ir.Starred: starred,
    ir.Display: display,
    ir.DictDisplay: dict_display,
    ir.Comprehension: comprehension,
    ir.Lambda: lambda_,
    ir.Operation: operation,
    ir.Conditional: conditional,
    ir.Await: await_,
    ir.Yield: yield_,
    ir.Walrus: walrus,
}
