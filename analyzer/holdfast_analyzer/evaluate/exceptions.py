"""`try`, `with`, `raise` and `assert`: what may be left early, and what a handler keeps from the engine."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import special_methods
from holdfast_analyzer.evaluate.blocks import block, merged, operations_in
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    External,
    ExternalInstance,
    Value,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown
from holdfast_rules.facts import Sink, SwallowedControl

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator


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
