"""Special methods of followed classes, and the constructs of the language that run them."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import classes, hazard_use
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    MOST_REFS,
    NO_TAINT,
    NOTHING,
    UNKNOWN,
    Class,
    Container,
    External,
    ExternalInstance,
    Instance,
    Ref,
    Token,
    Value,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

OPERATORS = {
    "+": "__add__",
    "-": "__sub__",
    "*": "__mul__",
    "/": "__truediv__",
    "//": "__floordiv__",
    "%": "__mod__",
    "**": "__pow__",
    "@": "__matmul__",
    "&": "__and__",
    "|": "__or__",
    "^": "__xor__",
    "<<": "__lshift__",
    ">>": "__rshift__",
    "==": "__eq__",
    "!=": "__ne__",
    "<": "__lt__",
    "<=": "__le__",
    ">": "__gt__",
    ">=": "__ge__",
}
UNARY_OPERATORS = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}
REFLECTED = {
    "__add__": "__radd__",
    "__sub__": "__rsub__",
    "__mul__": "__rmul__",
    "__truediv__": "__rtruediv__",
    "__floordiv__": "__rfloordiv__",
    "__mod__": "__rmod__",
    "__pow__": "__rpow__",
    "__matmul__": "__rmatmul__",
    "__and__": "__rand__",
    "__or__": "__ror__",
    "__xor__": "__rxor__",
    "__lshift__": "__rlshift__",
    "__rshift__": "__rrshift__",
    "__lt__": "__gt__",
    "__gt__": "__lt__",
    "__le__": "__ge__",
    "__ge__": "__le__",
    "__eq__": "__eq__",
    "__ne__": "__ne__",
}
"""The method that the right operand is asked for when the left one has none. Source: the data model of Python 3.13."""
MOST_SHOWN = 12
"""Of the elements of a container that is turned into text, so many kinds are asked for their `__repr__`."""


def call(
    ev: "Evaluator",
    base: Value,
    name: str,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    missing: Value | None,
) -> Value:
    """Call a special method of followed classes; `missing` where none defines it."""
    result = NOTHING
    for ref in in_order(base.refs):
        if isinstance(ref, Instance) and defines(ev, ref.cls, name):
            method = classes.class_attribute(ev, ref.cls, name, ref)
            assert method is not None
            result = join(result, ev.call(method, arguments, frame, at, name))
        elif missing is not None:
            result = join(result, missing if missing is not base else one(ref))
    return result


def defines(ev: "Evaluator", cls: Class, name: str) -> bool:
    """Tell whether a followed class, or one of its followed bases, defines the method `name`."""
    found = classes.lookup(ev, cls, name)
    return found is not None and found[1] is not None


def has_object(value: Value) -> bool:
    """Tell whether a value may be an object of a followed class: nothing else has methods that are followed."""
    for ref in value.refs:  # noqa: SIM110 - asked of every operand: no generator
        if type(ref) is Instance:
            return True
    return False


def operated(
    ev: "Evaluator", left: Value, right: Value | None, method: str, frame: Frame, at: ir.Position, in_place: str = ""
) -> Value:
    """Apply an operator to operands of followed classes, as Python chooses the method; nothing where neither has one."""
    if not has_object(left) and (right is None or not has_object(right)):
        return NOTHING
    given = Arguments([right] if right is not None else [])
    result = NOTHING
    asked_right = False
    for ref in in_order(left.refs):
        own = next(
            (
                name
                for name in (in_place, method, "__eq__" if method == "__ne__" else "")
                if name and isinstance(ref, Instance) and defines(ev, ref.cls, name)
            ),
            "",
        )
        if own:
            result = join(result, call(ev, one(ref), own, given, frame, at, None))
        elif right is not None and method in REFLECTED and not asked_right:
            asked_right = True
            result = join(result, call(ev, right, REFLECTED[method], Arguments([left]), frame, at, None))
    return result


def contained(ev: "Evaluator", element: Value, container: Value, frame: Frame, at: ir.Position) -> Value:
    """Run what `element in container` runs: `__contains__`, else iteration; and `__eq__` of what is compared."""
    result = NOTHING
    for ref in container.refs:
        if isinstance(ref, Instance) and defines(ev, ref.cls, "__contains__"):
            result = join(result, call(ev, one(ref), "__contains__", Arguments([element]), frame, at, None))
        elif isinstance(ref, Instance) and defines(ev, ref.cls, "__iter__"):
            result = join(result, ev.iterate(one(ref), frame, at))
        elif isinstance(ref, Container) and any(isinstance(part, Instance) for part in element.refs):
            result = join(result, call(ev, element, "__eq__", Arguments([ev.elements(one(ref))]), frame, at, None))
    return result


def iterated_by(ev: "Evaluator", function: str, value: Value, frame: Frame, at: ir.Position) -> Value:
    """Return what a built-in such as `list` or `reversed` iterates over."""
    if function != "reversed":
        return ev.iterate(value, frame, at)
    own = frozenset(ref for ref in value.refs if isinstance(ref, Instance) and defines(ev, ref.cls, "__reversed__"))
    reverse = call(ev, Value(own), "__reversed__", Arguments(), frame, at, None)
    rest = Value(value.refs - own, value.taint)
    return join(ev.elements(reverse) if own else NOTHING, ev.iterate(rest, frame, at) if rest.refs else NOTHING)


def tested(ev: "Evaluator", value: Value, frame: Frame, at: ir.Position) -> Value:
    """Return `value` as a condition sees it: `__bool__`, else `__len__`, of followed classes is run."""
    if not has_object(value):
        return value
    taint = NO_TAINT
    for ref in in_order(value.refs):
        if isinstance(ref, Instance):
            name = next((name for name in ("__bool__", "__len__") if defines(ev, ref.cls, name)), "")
            if name:
                taint |= call(ev, one(ref), name, Arguments(), frame, at, None).taint
    return value.tainted(taint)


def hashed(ev: "Evaluator", value: Value, frame: Frame, at: ir.Position) -> None:
    """Run `__hash__` of what becomes an element of a set or a key of a dict."""
    if has_object(value):
        call(ev, value, "__hash__", Arguments(), frame, at, None)


def compared(ev: "Evaluator", elements: Value, frame: Frame, at: ir.Position) -> frozenset[Token]:
    """Run `__lt__`, which sorting asks for, of the elements; return the taint of the order that comes of it."""
    if has_object(elements):
        return call(ev, elements, "__lt__", Arguments([elements]), frame, at, None).taint
    return NO_TAINT


def stringify(
    ev: "Evaluator", value: Value, frame: Frame, at: ir.Position, names: tuple[str, ...] = ("__str__", "__repr__")
) -> frozenset[Token]:
    """Run the first of `names` that a class has; return the taint of the text.

    A default `repr` shows the object's address (106). A container shows what it holds.
    """
    taint = NO_TAINT
    for ref in in_order(value.refs):
        if isinstance(ref, Container) and ref.kind != "generator":
            taint |= ev.heap.deep_taint(one(ref))
            held = ev.heap.all_items(ref)
            shown = [inner for inner in held.refs if isinstance(inner, Instance)]
            if shown and len(held.refs) <= MOST_SHOWN:
                taint |= stringify(ev, Value(frozenset(shown)), frame, at, ("__repr__",))
        if not isinstance(ref, Instance):
            continue
        for name in names:
            if defines(ev, ref.cls, name):
                taint |= call(ev, one(ref), name, Arguments(), frame, at, None).taint
                break
        else:
            if hazard_use.has_default_repr(ev, ref):
                taint |= hazard_use.call(ev, "builtins.repr", Arguments([one(ref)]), at, "repr", frame, None)
    return taint


def awaited(ev: "Evaluator", value: Value, frame: Frame, at: ir.Position) -> Value:
    """Return what awaiting gives: the body of a coroutine ran when it was called; `__await__` of a class runs now."""
    result = NOTHING
    for ref in in_order(value.refs):
        if isinstance(ref, Instance) and defines(ev, ref.cls, "__await__"):
            got = call(ev, one(ref), "__await__", Arguments(), frame, at, None)
            result = join(result, ev.generator_result(got))
        else:
            result = join(result, one(ref))
    if frame.order:
        ev.order_kept(frame, at)
    return result.tainted(value.taint)


def entered(ev: "Evaluator", manager: Value, is_async: bool, frame: Frame, at: ir.Position) -> Value:
    """Return what entering a context manager gives (`with manager as x`)."""
    result = NOTHING
    for ref in in_order(manager.refs):
        if isinstance(ref, Instance):
            name = "__aenter__" if is_async else "__enter__"
            result = join(result, call(ev, one(ref), name, Arguments(), frame, at, UNKNOWN))
        elif isinstance(ref, Container) and "generator" in ref.kind:
            result = join(result, ev.elements(one(ref)))
        elif isinstance(ref, External | ExternalInstance):
            result = join(result, ev.entered(ref))
        else:
            result = join(result, one(ref))
    return result


def left(ev: "Evaluator", manager: Value, is_async: bool, frame: Frame, at: ir.Position) -> None:
    """Run what leaving a context manager runs, as clean-up."""
    name = "__aexit__" if is_async else "__exit__"
    with frame.cleaning_up("`with` exit"):
        call(ev, manager, name, Arguments([UNKNOWN, UNKNOWN, UNKNOWN]), frame, at, None)


def described(ev: "Evaluator", value: Value, holder: Ref, frame: Frame, at: ir.Position) -> Value:
    """Return a class attribute as reading it gives it: `__get__` of a descriptor of a followed class is run."""
    if value.refs and not has_object(value) and len(value.refs) <= MOST_REFS:
        return value
    result = NOTHING
    for ref in in_order(value.refs):
        if isinstance(ref, Instance) and defines(ev, ref.cls, "__get__"):
            cls = holder.cls if isinstance(holder, Instance) else holder
            given = Arguments([one(holder), one(cls)])
            result = join(result, call(ev, one(ref), "__get__", given, frame, at, None))
        else:
            result = join(result, one(ref))
    return result.tainted(value.taint)
