"""Conditions: which are decided in workflow code, which only speak of replaying, and what flows into them."""

import logging
from typing import TYPE_CHECKING, NamedTuple

from holdfast_analyzer.evaluate import expressions
from holdfast_analyzer.evaluate.blocks import operations_in
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.narrowing import is_none
from holdfast_analyzer.evaluate.order import order_tokens
from holdfast_analyzer.evaluate.values import (
    CERTAIN,
    NO_TAINT,
    NOTHING,
    NULL,
    Data,
    External,
    ExternalInstance,
    Literal,
    Ref,
    Source,
    Unknown,
    Value,
    data,
    join,
    without_identity,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown as text_of
from holdfast_rules.facts import Sink, TaintedBranch, Unawaited

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

TYPE_CHECKING_NAMES = frozenset({"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"})
HASATTR = frozenset({"builtins.hasattr"})
NO_NAMES: frozenset[str] = frozenset()
TASK_MAKERS = frozenset({"create_task", "ensure_future"})
REPLAYING = "true while replaying"
NOT_REPLAYING = "true while not replaying"
"""The types of what a project's own questions return that ask whether the engine replays."""


class Condition(NamedTuple):
    """What a condition evaluates to, once: its value; how it turns out, where certain; whether it speaks of replaying.

    `replaying` is True where it holds only while replaying, False where only while not, else None.
    """

    value: Value
    truth: bool | None
    replaying: bool | None


def condition(ev: "Evaluator", node: ir.Expr, frame: Frame) -> Condition:
    """Evaluate an expression as a condition."""
    if isinstance(node, ir.Operation):
        if node.kind == "bool":
            return boolean(ev, node, frame)
        if node.kind == "unary" and node.operator == "not":
            return negated(ev, condition(ev, node.operands[0], frame), node, frame)
        if node.kind == "compare" and node.operator in ("is", "is not"):
            return identity(ev, node, frame)
        return Condition(ev.value(node, frame), None, None)
    if isinstance(node, ir.Call):
        function, value = ev.called(node, frame)
        names = names_in(function)
    else:
        value = ev.value(node, frame)
        names = names_in(value) if isinstance(node, ir.Name | ir.Attribute) else NO_NAMES
    return Condition(value, truth(ev, node, value, names, frame), replaying(ev, value, names))


def negated(ev: "Evaluator", inner: Condition, node: ir.Operation, frame: Frame) -> Condition:
    """Evaluate `not inner`."""
    taint = ev.tested(inner.value, frame, node.at).taint
    outcome = opposite(inner.truth)
    value = data("bool")
    if outcome is not None and answer(ev, inner.value, frame) is not None:
        value = CERTAIN[outcome]
    elif inner.replaying is not None:
        value = data(NOT_REPLAYING if inner.replaying else REPLAYING)
    return Condition(value.tainted(taint), outcome, opposite(inner.replaying))


def identity(ev: "Evaluator", node: ir.Operation, frame: Frame) -> Condition:
    """Evaluate `x is y` and `x is not y`."""
    operands = [ev.value(operand, frame) for operand in node.operands]
    outcome = compared_to_none(ev, node, frame)
    value = expressions.operated(ev, node, operands, frame)
    if outcome is None and is_none(node.operands[-1]) and answer(ev, operands[0], frame) is True:
        # What the engine gives in workflow code, and only there, is not `None`.
        outcome, frame.certain = node.operator == "is not", True
        value = CERTAIN[outcome].tainted(value.taint)
    return Condition(value, outcome, None)


def replaying(ev: "Evaluator", value: Value, names: frozenset[str]) -> bool | None:
    """Tell whether a value is true only while replaying, or only while not."""
    kinds = {ref.type for ref in value.refs if isinstance(ref, Data)}
    if kinds and len(kinds) == len(value.refs) == 1:
        return {REPLAYING: True, NOT_REPLAYING: False}.get(kinds.pop())
    asked = names or names_in(value)
    return True if asked and asked & ev.index.replay_predicates else None


def answer(ev: "Evaluator", value: Value, frame: Frame) -> bool | None:
    """Return what a value answers to whether this is workflow code: for certain, or None where it is no such answer."""
    if not value.refs or frame.at_import:
        return None
    if all(isinstance(ref, Literal) and ref.certain for ref in value.refs):
        outcomes = {bool(ref.value) for ref in value.refs if isinstance(ref, Literal)}
        return outcomes.pop() if len(outcomes) == 1 else None
    names = names_in(value)
    if not names or not names <= ev.index.workflow_predicates or len(names) != len(value.refs):
        return None
    if not ev.step_depth:
        return True
    return None if ev.index.profile.predicates_hold_in_steps else False


def certain(value: Value) -> Value:
    """Return what a body returns that follows from whether this is workflow code: an answer itself."""
    if not value.refs or not all(isinstance(ref, Literal) and ref.kind in ("bool", "none") for ref in value.refs):
        return value
    return Value(
        frozenset(Literal(ref.kind, ref.value, True) for ref in value.refs if isinstance(ref, Literal)), value.taint
    )


def opposite(outcome: bool | None) -> bool | None:
    """Return `not outcome`, as far as it is known."""
    return None if outcome is None else not outcome


def names_in(value: Value) -> frozenset[str]:
    """Return the dotted names that a value may be."""
    found = [ref.name for ref in value.refs if isinstance(ref, External)]
    found += [ref.type.removesuffix("()") for ref in value.refs if isinstance(ref, ExternalInstance)]
    return frozenset(found) if found else NO_NAMES


def boolean(ev: "Evaluator", node: ir.Operation, frame: Frame) -> Condition:
    """Evaluate `and` / `or`: operands that are never reached are not evaluated."""
    result = NOTHING
    taint = NO_TAINT
    guards = False
    is_or = node.operator == "or"
    parts: list[Condition] = []
    with frame.narrowing():
        for position, operand in enumerate(node.operands):
            part = condition(ev, operand, frame)
            parts.append(part)
            value, last = part.value, position == len(node.operands) - 1
            taint |= value.taint if last else ev.tested(value, frame, operand.at).taint
            if part.truth is is_or:
                result = join(result, value)
                break
            if last or part.truth is None:
                result = join(result, value if last or not is_or else ev.without_none(value))
            if not is_or and part.replaying is False and not frame.once:
                frame.once = guards = True
            if not last:
                ev.narrow(operand, not is_or, frame)
    if guards:
        frame.once = False
    outcome: bool | None = None
    if any(part.truth is is_or for part in parts):
        outcome = is_or
    elif all(part.truth is (not is_or) for part in parts):
        outcome = not is_or
    replaying = False if not is_or and any(part.replaying is False for part in parts) else None
    return Condition((result if result is not NOTHING else data("bool")).tainted(taint), outcome, replaying)


def truth(ev: "Evaluator", node: ir.Expr, value: Value, names: frozenset[str], frame: Frame) -> bool | None:
    """Tell how a condition that is no operation turns out in workflow code, if that is certain.

    Args:
        ev: the evaluator.
        node: the condition.
        value: what it evaluates to.
        names: the dotted names that it, or the function that it calls, may be.
        frame: where it stands.
    """
    answered = answer(ev, value, frame)
    if answered is not None:
        frame.certain = True
        return answered
    if names:
        if names & TYPE_CHECKING_NAMES:
            return False
        if names == HASATTR and isinstance(node, ir.Call):
            return has_attribute(ev, node, frame)
    if isinstance(node, ir.Constant):
        return bool(node.value)
    if isinstance(node, ir.Name) and value.refs and all(decided(ref) for ref in value.refs):
        outcomes = {bool(ref.value) for ref in value.refs if isinstance(ref, Literal)}
        if len(outcomes) == 1 and is_parameter(node.id, frame):
            return outcomes.pop()
    return None


def has_attribute(ev: "Evaluator", node: ir.Call, frame: Frame) -> bool | None:
    """Decide `hasattr(logger, "info")` on a replay-aware logger: it has what any logger has."""
    if len(node.arguments) != 2:
        return None
    target = ev.value(node.arguments[0].value, frame)
    key = node.arguments[1].value
    if not isinstance(key, ir.Constant) or not hasattr(logging.Logger, str(key.value)) or not target.refs:
        return None
    names = {ref.name if isinstance(ref, External) else getattr(ref, "type", "") for ref in target.refs}
    return True if all(ev.index.loggers.get(name) for name in names) else None


def decided(ref: Ref) -> bool:
    """Tell whether a ref is a constant whose truth is its own."""
    return isinstance(ref, Literal) and ref.kind in ("bool", "none")


def is_parameter(name: str, frame: Frame) -> bool:
    """Tell whether a name is a parameter: its value in this summary is the one that was given."""
    return name in frame.parameters


def compared_to_none(ev: "Evaluator", node: ir.Operation, frame: Frame) -> bool | None:
    """Decide `x is None` and `x is not None` where it is certain whether `x` was given."""
    left, right = node.operands[0], node.operands[-1]
    if not is_none(right) or not isinstance(left, ir.Name):
        return None
    if left.id not in frame.parameters:
        return None
    refs = ev.name(left.id, frame, left.at).refs
    if not refs or any(isinstance(ref, Unknown | Data) for ref in refs):
        return None
    nothing = {ref == NULL for ref in refs}
    if len(nothing) != 1:
        return None
    return nothing.pop() is (node.operator == "is")


def branch(
    ev: "Evaluator", test: Value, frame: Frame, node: ir.Expr, *, durable: bool, statements: list[ir.Stmt] | None
) -> None:
    """Note that a value decides what runs, and whether durable operations are decided by it (502)."""
    # Whether a container is empty does not hang on the addresses in it.
    taint = test.taint | without_identity(ev.heap.deep_taint(test, 1))
    taint -= order_tokens(taint)
    if not taint:
        return
    frame.summary.flow(taint, Sink.BRANCH)
    if durable:
        frame.summary.flow(taint, Sink.DURABLE_BRANCH)
    sources = [token for token in taint if isinstance(token, Source)]
    if durable and sources and not frame.once:
        sources.sort(key=lambda token: (token.at.path, token.at.line, token.at.column))
        operations = operations_in(frame, node.at, statements or [])
        fact = TaintedBranch(
            at=frame.summary.span(node.at),
            function=frame.summary.function,
            chain=(),
            source=sources[0].name,
            source_at=sources[0].at,
            operations=operations,
        )
        ev.note(frame, fact)


def vouches(ev: "Evaluator", manager: Value) -> bool:
    """Tell whether `with manager` means that the author vouches for the code inside."""
    return bool(names_in(manager) & ev.index.unrestricted)


def lost_task(ev: "Evaluator", call: ir.Call, frame: Frame) -> None:
    """Note a task of a durable operation whose handle is dropped (505)."""
    name = call.function.name if isinstance(call.function, ir.Attribute) else getattr(call.function, "id", "")
    if name not in TASK_MAKERS or not call.arguments:
        return
    inner = call.arguments[0].value
    if not isinstance(inner, ir.Call):
        return
    operation = ev.awaitables.get((id(frame.summary), inner.at))
    below = [edge for edge in frame.summary.edges.values() if edge.at == inner.at and edge.callee.durable]
    if operation is None and not below:
        return
    owner = call.function.base if isinstance(call.function, ir.Attribute) else None
    if owner is not None and any(
        isinstance(ref, ExternalInstance) and "TaskGroup" in ref.type for ref in ev.value(owner, frame).refs
    ):
        return
    fact = Unawaited(
        at=frame.summary.span(call.at),
        function=frame.summary.function,
        chain=(),
        operation=operation or text_of(inner.function),
        how="task handle lost",
    )
    ev.note(frame, fact)
