"""Unordered iteration: which values have no order of their own, and which constructs keep the order they see (201)."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NO_TAINT,
    Container,
    Data,
    ExternalInstance,
    Source,
    Token,
    Value,
    join,
    one,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown
from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnorderedIteration

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

UNORDERED_KINDS = frozenset({"set", "frozenset", "unordered generator"})
UNORDERED_TYPES = frozenset({"weakref.WeakSet", "weakref.WeakKeyDictionary", "weakref.WeakValueDictionary"})
SET_OPERATORS = frozenset({"|", "&", "-", "^"})
ORDER_EFFECTS = frozenset({Effect.UNORDERED, Effect.DIRECTORY_ORDER, Effect.COMPLETION_ORDER})


def is_unordered(ev: "Evaluator", value: Value) -> bool:
    """Tell whether a value may be a set."""
    return any(
        (isinstance(ref, Container) and ref.kind in UNORDERED_KINDS)
        or (isinstance(ref, Data) and ref.type in UNORDERED_KINDS)
        or (isinstance(ref, ExternalInstance) and ref.type in UNORDERED_TYPES)
        for ref in value.refs
    )


def order_tokens(taint: frozenset[Token]) -> frozenset[Token]:
    """Return the tokens that stand for an order, not for a value: `sorted` and its like erase them."""
    return frozenset(token for token in taint if isinstance(token, Source) and token.effect in ORDER_EFFECTS)


def keep(ev: "Evaluator", value: Value, sink: str, frame: Frame, at: ir.Position, expression: ir.Expr) -> Value:
    """Note that `sink` keeps the order of `value`; return the value tainted by that order if it has none of its own."""
    if ev.finish_ordered:
        value = filled_side_by_side(ev, value)
    if not is_unordered(ev, value) or of_one_element(ev, value) or (frame.single and shown(expression) in frame.single):
        return value
    token = ev.source(frame, at, shown(expression), Effect.UNORDERED)
    fact = UnorderedIteration(
        at=token.at, function=frame.summary.function, chain=(), source=shown(expression), sink=sink
    )
    ev.note(frame, fact, token, in_need=True)
    return value.tainted(frozenset({token}))


def filled_side_by_side(ev: "Evaluator", value: Value) -> Value:
    """Return a value tainted by the order in which branches that ran side by side filled it."""
    found = [ev.finish_ordered[ref] for ref in value.refs if isinstance(ref, Container) and ref in ev.finish_ordered]
    return value.tainted(NO_TAINT.union(*found)) if found else value


def inherited(ev: "Evaluator", ref: Container, taint: frozenset[Token]) -> frozenset[Token]:
    """Note that a dict has its order of one that branches filled; return `taint` without that order: dicts of other orders
    are equal."""
    orders = frozenset(token for found in ev.finish_ordered.values() for token in found) & taint
    if orders:
        ev.finish_ordered[ref] = orders
    return taint - orders


def sorted_in_place(ev: "Evaluator", ref: Container, frame: Frame) -> None:
    """Forget the order in which a list was filled, in the list and in the names that stand for it alone."""
    contents = ev.heap.contents(ref)
    contents.taint -= order_tokens(contents.taint)
    contents.elements = erased(contents.elements)
    ev.finish_ordered.pop(ref, None)
    for name, value in frame.names.items():
        if value.taint and value.refs == {ref}:
            frame.names[name] = erased(value)


def of_one_element(ev: "Evaluator", value: Value) -> bool:
    """Tell whether every set in `value` is a display of at most one element that nothing was added to: it has one order."""
    refs = [ref for ref in value.refs if isinstance(ref, Container) and ref.kind == "set"]
    if len(refs) != len(value.refs):
        return False
    return all(ref.site and ev.small_displays.get(ref.site) for ref in refs)


def combined(ev: "Evaluator", operator: str, operands: list[Value], frame: Frame, at: ir.Position) -> Value | None:
    """Return the result of a set operator or of joining sequences, or None where neither applies."""
    left, right = operands[0], operands[-1]
    if operator in SET_OPERATORS and (is_unordered(ev, left) or (is_unordered(ev, right) and operator != "-")):
        ref = Container("set", ev.site(frame, at))
        for operand in operands:
            ev.heap.add(ref, ev.elements(operand))
        return one(ref)
    kinds = {ref.kind for ref in left.refs if isinstance(ref, Container)}
    if operator in ("+", "*", "|") and kinds & {"list", "tuple", "dict"}:
        kind = sorted(kinds & {"list", "tuple", "dict"})[0]
        ref = Container(kind, ev.site(frame, at))
        for operand in operands if operator != "*" else operands[:1]:
            if kind == "dict":
                ev.merge_mapping(ref, operand)
            else:
                ev.heap.add(ref, ev.elements(operand))
        return one(ref, join(left, right).taint)
    return None


def erased(value: Value) -> Value:
    """Return `value` without the taint of any order."""
    tokens = order_tokens(value.taint)
    return Value(value.refs, value.taint - tokens) if tokens else value
