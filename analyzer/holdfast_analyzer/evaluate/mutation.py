"""Assignment, and changes in place of what outlives the current call."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import boundary, classes, effects
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.closures import plain_key
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    Class,
    Container,
    External,
    ExternalInstance,
    Function,
    Instance,
    Literal,
    Module,
    Ref,
    Value,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown as text_of
from holdfast_rules.facts import MutatedCheckpoint, Sink, StateWrite

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator


def assign(ev: "Evaluator", target: ir.Expr, value: Value, frame: Frame, commutes: bool = False) -> None:
    """Assign `value` to a target of any shape; `commutes` where several such assignments give one result in any order."""
    if isinstance(target, ir.Name):
        assign_name(ev, target, value, frame, commutes)
    elif isinstance(target, ir.Attribute):
        assign_attribute(ev, target, value, frame, commutes)
    elif isinstance(target, ir.Subscript):
        assign_item(ev, target, value, frame)
    elif isinstance(target, ir.Display):
        unpack(ev, target, value, frame)
    elif isinstance(target, ir.Starred):
        ref = Container("list", ev.site(frame, target.at))
        ev.heap.add(ref, value)  # `unpack` hands over the elements
        assign(ev, target.value, one(ref, value.taint), frame)


def assign_name(ev: "Evaluator", target: ir.Name, value: Value, frame: Frame, commutes: bool) -> None:
    """Assign a bare name: local, `nonlocal` or `global`."""
    if target.id in frame.global_names:
        if not frame.at_import:
            state_written(ev, target.id, "global", text_of(target), frame, target.at)
            key = (frame.module.path, target.id)
            ev.global_values[key] = join(ev.global_values.get(key, NOTHING), value.clean())
        return
    if target.id in frame.nonlocal_names:
        owner = frame.parent
        while owner is not None:
            if target.id in owner.names or target.id in owner.bound:
                owner.bind(target.id, join(owner.names.get(target.id, NOTHING), value))
                effects.rebound(ev, owner, target.id, frame, target.at, f"{text_of(target)} = …", value, commutes)
                break
            owner = owner.parent
        frame.summary.captured_writes[target.id] = target.at
        return
    frame.bind(target.id, value)


def assign_attribute(ev: "Evaluator", target: ir.Attribute, value: Value, frame: Frame, commutes: bool) -> None:
    """Assign an attribute."""
    base = ev.value(target.base, frame)
    shown = text_of(target)
    for ref in in_order(base.refs):
        if isinstance(ref, Instance):
            setter(ev, ref, target, value, frame)
            if ref != frame.receiver or not frame.qualname.endswith(".__setattr__"):
                given = Arguments([one(Literal("str", target.name)), value])
                ev.call_method(one(ref), "__setattr__", given, frame, target.at)
            ev.heap.set_attribute(ref, target.name, value)
            effects.rebound(ev, ref, target.name, frame, target.at, f"{shown} = …", value, commutes)
            if ref.shared:
                state_written(ev, ref.shared, "mutation", f"{shown} = …", frame, target.at)
            elif ev.workflow_state(ref) and not frame.at_import:
                ev.flow(value.tainted(frame.order), Sink.STATE, frame)
            if ev.step_depth:
                boundary.written_in_step(ev, ref, frame, target.at, f"{shown} = …")
        elif isinstance(ref, Function):
            key = (plain_key(ref), target.name)
            ev.function_attributes[key] = join(ev.function_attributes.get(key, NOTHING), value.kept())
            if ref.frame is None:
                state_written(ev, f"{ref.qualname}.{target.name}", "mutation", f"{shown} = …", frame, target.at)
        elif isinstance(ref, Class):
            ev.heap.set_attribute(Instance(ref, ("class",)), target.name, value)
            state_written(ev, f"{ref.qualname}.{target.name}", "class attribute", f"{shown} = …", frame, target.at)
        elif isinstance(ref, Module):
            state_written(ev, shown, "mutation", f"{shown} = …", frame, target.at)
        elif isinstance(ref, ExternalInstance) and ref.shared:
            state_written(ev, ref.shared, "mutation", f"{shown} = …", frame, target.at)
        elif isinstance(ref, External) and not ev.index.owns(ref.name) and ref.name.count(".") == 0:
            state_written(ev, shown, "mutation", f"{shown} = …", frame, target.at)


def setter(ev: "Evaluator", ref: Instance, target: ir.Attribute, value: Value, frame: Frame) -> None:
    """Run a property's setter, of the class itself or of the nearest base that has the property."""
    found = classes.lookup(ev, ref.cls, target.name)
    owner = found[0] if found is not None and found[1] is not None else None
    outline = ev.class_outline(owner) if isinstance(owner, Class) else None
    view = ev.program.view(owner.path) if isinstance(owner, Class) else None
    if outline is None or view is None or not isinstance(owner, Class):
        return
    for qualname in outline.methods[target.name]:
        function = view.outline.functions[qualname]
        if f"{target.name}.setter" in function.decorators:
            plain = Function(view.path, qualname, (function.line, function.column), owner.frame, owner=owner)
            ev.invocations.invoke(plain, Arguments([one(ref), value]), frame, target.at, text_of(target))


def assign_item(ev: "Evaluator", target: ir.Subscript, value: Value, frame: Frame) -> None:
    """Assign an item."""
    base = ev.value(target.base, frame)
    index = ev.value(target.index, frame)
    for ref in in_order(base.refs):
        if isinstance(ref, Container):
            ev.heap.set_item(ref, index, value)
            if ref.kind == "dict":
                ev.heap.contents(ref).taint |= frame.order
        if isinstance(ref, Instance):
            ev.call_method(one(ref), "__setitem__", Arguments([index, value]), frame, target.at)
        mutated(ev, ref, frame, target.at, f"{text_of(target.base)}[…] = …", value, index)


def unpack(ev: "Evaluator", target: ir.Display, value: Value, frame: Frame) -> None:
    """Assign to several targets: by position where positions are known."""
    starred = any(isinstance(item, ir.Starred) for item in target.items)
    objects = frozenset(ref for ref in value.refs if isinstance(ref, Instance))
    iterated = ev.iterate(Value(objects), frame, target.at) if objects else NOTHING
    for index, item in enumerate(target.items):
        part = NOTHING
        for ref in in_order(value.refs):
            if isinstance(ref, Container) and not starred and ref.kind in ("list", "tuple"):
                got = ev.heap.item(ref, one(Literal("int", index)))
                part = join(part, got if got.refs else ev.elements(one(ref)))
            elif ref in objects:
                part = join(part, iterated)
            else:
                part = join(part, ev.elements(one(ref)))
        assign(ev, item, part.tainted(value.taint), frame)


def mutated(
    ev: "Evaluator",
    ref: Ref,
    frame: Frame,
    at: ir.Position,
    shown: str,
    value: Value = NOTHING,
    key: Value | None = None,
) -> None:
    """Note that an object is changed in place: one that outlives the run (401), or one that a step was handed (404).

    Args:
        ev: the evaluator.
        ref: the object.
        frame, at, shown: where, and how it is written there.
        value: what it gets to hold.
        key: under which key, where there is one.
    """
    if frame.at_import:
        return
    effects.changed(ev, ref, frame, at, shown, value, key)
    shared = getattr(ref, "shared", "")
    if shared and isinstance(ref, Container | Instance):
        how = "mutable default" if "(" in shared else "class attribute" if "." in shared else "mutation"
        state_written(ev, shared, how, shown, frame, at)
    if ref in ev.aliased_results and not ev.step_depth:
        fact = MutatedCheckpoint(
            at=frame.summary.span(at),
            function=frame.summary.function,
            chain=(),
            what="result",
            step=ev.aliased_results[ref],
            shown=shown,
        )
        ev.note(frame, fact)
    if ev.step_depth and isinstance(ref, Container | Instance):
        boundary.written_in_step(ev, ref, frame, at, shown)


def state_written(ev: "Evaluator", name: str, how: str, shown: str, frame: Frame, at: ir.Position) -> None:
    """Note a write of state that outlives the run."""
    if frame.at_import or ev.step_depth:
        return
    fact = StateWrite(
        at=frame.summary.span(at), function=frame.summary.function, chain=(), name=name, how=how, shown=shown
    )
    ev.note(frame, fact)
