"""What a condition says of the names in it, where it holds and where it does not."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import classes
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NULL,
    UNKNOWN,
    Class,
    Container,
    Data,
    External,
    Instance,
    Unknown,
    Value,
    data,
    in_order,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown as text_of

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator


def is_none(node: ir.Expr) -> bool:
    """Tell whether an expression is the literal `None`."""
    return isinstance(node, ir.Constant) and node.kind == "none"


def narrow(ev: "Evaluator", node: ir.Expr, outcome: bool, frame: Frame) -> None:
    """Narrow what a condition speaks of: `x is None`, `x`, `not x`, `isinstance(x, C)`, `len(x) == 1`."""
    if isinstance(node, ir.Operation) and node.kind == "unary" and node.operator == "not":
        narrow(ev, node.operands[0], not outcome, frame)
        return
    if isinstance(node, ir.Operation) and node.kind == "bool" and node.operator == "and" and outcome:
        for operand in node.operands:
            narrow(ev, operand, True, frame)
        return
    if isinstance(node, ir.Call) and outcome:
        narrow_by_class(ev, node, frame)
        return
    if isinstance(node, ir.Operation) and node.kind == "bool" and node.operator == "or" and not outcome:
        for operand in node.operands:
            narrow(ev, operand, False, frame)
        return
    measured = measured_by(node, outcome)
    if measured is not None:
        frame.single |= {text_of(measured)}
        return
    positive = outcome
    if isinstance(node, ir.Operation) and node.kind == "compare" and node.operator in ("is", "is not"):
        if not is_none(node.operands[-1]):
            return
        positive = outcome is (node.operator == "is not")
        node = node.operands[0]
    if not isinstance(node, ir.Name) or node.id not in frame.names or not positive:
        return
    value = frame.names[node.id]
    kept = frozenset(ref for ref in value.refs if ref != NULL)
    if kept and kept != value.refs:
        frame.narrow(node.id, Value(kept, value.taint))


AT_MOST_ONE = {("==", True): 1, ("!=", False): 1, ("<", True): 2, ("<=", True): 1, (">", False): 1, (">=", False): 2}
"""Comparison of a length and its outcome → the highest constant for which there is at most one element."""
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def measured_by(node: ir.Expr, outcome: bool) -> ir.Expr | None:
    """Return what has at most one element where a condition such as `len(x) == 1` turns out so, else None."""
    if not (isinstance(node, ir.Operation) and node.kind == "compare" and len(node.operands) == 2):
        return None
    left, right = node.operands
    operator = node.operator
    if isinstance(left, ir.Constant):
        left, right, operator = right, left, TURNED.get(operator, operator)
    most = AT_MOST_ONE.get((operator, outcome))
    if most is None or not (isinstance(right, ir.Constant) and right.kind == "int" and int(right.value or 0) <= most):
        return None
    if not (isinstance(left, ir.Call) and isinstance(left.function, ir.Name) and left.function.id == "len"):
        return None
    return left.arguments[0].value if len(left.arguments) == 1 else None


def narrow_by_class(ev: "Evaluator", node: ir.Call, frame: Frame) -> None:
    """Narrow a name by `isinstance(x, C)`: of what it may be the objects of such classes stay, else it is one."""
    if not (isinstance(node.function, ir.Name) and node.function.id == "isinstance" and len(node.arguments) == 2):
        return
    tested, kinds = node.arguments[0].value, node.arguments[1].value
    if not isinstance(tested, ir.Name) or tested.id not in frame.names:
        return
    given = ev.flattened(ev.value(kinds, frame))
    kept = ev.narrowed(frame.names[tested.id], given)
    frame.narrow(tested.id, of_builtin_kind(ev, kept, given, frame, node.at))


BUILTIN_KINDS = frozenset(f"builtins.{kind}" for kind in ("str", "bytes", "int", "float", "bool"))
BUILTIN_CONTAINERS = frozenset(f"builtins.{kind}" for kind in ("dict", "list", "tuple", "set", "frozenset"))


def of_builtin_kind(ev: "Evaluator", value: Value, kinds: Value, frame: Frame, at: ir.Position) -> Value:
    """Return `value`, of which nothing was known, as one of the built-in types that it was found to be of."""
    names = [ref.name if isinstance(ref, External) else "" for ref in in_order(kinds.refs)]
    if not names or not any(isinstance(ref, Unknown) for ref in value.refs):
        return value
    if any(name not in BUILTIN_KINDS and name not in BUILTIN_CONTAINERS for name in names):
        return value
    refs = {ref for ref in value.refs if not isinstance(ref, Unknown)}
    for name in names:
        kind = name.removeprefix("builtins.")
        if name in BUILTIN_KINDS:
            refs.add(Data(kind))
            continue
        ref = Container(kind, ("annotation", frame.serial, at, kind))
        ev.heap.contents(ref).elements = Value(UNKNOWN.refs, value.taint)
        ev.heap.contents(ref).keys = Value(data("object").refs, value.taint)
        refs.add(ref)
    return Value(frozenset(refs), value.taint)


def narrowed(ev: "Evaluator", value: Value, kinds: Value) -> Value:
    """Return what `value` may be where it is an object of one of the followed classes in `kinds`."""
    found = [ref for ref in kinds.refs if isinstance(ref, Class)]
    if not found or len(found) != len(kinds.refs):
        return value
    kept = frozenset(
        ref
        for ref in value.refs
        if isinstance(ref, Instance) and any(cls in classes.linearise(ev, ref.cls) for cls in found)
    )
    return Value(kept or frozenset(Instance(cls) for cls in found), value.taint)
