"""What reading a name or an attribute means: hazards, state that others change, values made at import."""

from typing import TYPE_CHECKING, TypeGuard

from holdfast_analyzer.evaluate import hazard_use
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NO_TAINT,
    NOTHING,
    External,
    ExternalInstance,
    Module,
    Source,
    Token,
    Value,
    in_order,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown as text_of
from holdfast_rules.effect import Effect
from holdfast_rules.facts import HazardUse, LostStepWrite, Span, StateRead

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator


VALUE_EFFECTS = frozenset(
    {
        Effect.CLOCK,
        Effect.RANDOMNESS,
        Effect.IDENTIFIER,
        Effect.ENVIRONMENT,
        Effect.HOST,
        Effect.TIMEZONE,
        Effect.INTERPRETER,
        Effect.OBJECT_IDENTITY,
        Effect.FILE_READ,
        Effect.DIRECTORY_ORDER,
        Effect.NETWORK,
        Effect.DATABASE,
        Effect.MODEL,
        Effect.SUBPROCESS,
    }
)
"""Effects whose value, computed once when a module is imported, differs in the process that replays."""


def read(ev: "Evaluator", value: Value, node: ir.Name | ir.Attribute, frame: Frame, base: Value = NOTHING) -> Value:
    """Note what it means that workflow code reads `value` through `node`; `base` is that of an attribute."""
    value, is_variable = looked_at(ev, value, node, frame)
    if frame.at_import:
        return value
    if value.taint:
        computed_at_import(ev, value, node, frame)
    if is_variable:
        return value
    if type(node) is ir.Name:
        if node.id not in frame.names or frame.in_class:
            changing_state(ev, node, frame)
    elif isinstance(node, ir.Attribute) and type(node.base) is ir.Name and is_module_member(ev, node, frame, base):
        changing_state(ev, node, frame)
    if ev.has_lost_writes and not ev.step_depth:
        lost_write(ev, value, node, frame, base)
    return value


def read_local(ev: "Evaluator", value: Value, node: ir.Name, frame: Frame) -> Value:
    """Note what it means that code reads a name of its own body: most reads are such, and they mean least."""
    value, is_variable = looked_at(ev, value, node, frame)
    if ev.has_lost_writes and not (is_variable or frame.at_import or ev.step_depth):
        lost_write(ev, value, node, frame, NOTHING)
    return value


def looked_at(ev: "Evaluator", value: Value, node: ir.Name | ir.Attribute, frame: Frame) -> tuple[Value, bool]:
    """Note the hazards that reading a value is; return it with their taint, and whether it is a context variable.

    Of a context variable not the object is the state: reading that is a matter of rule 406.
    """
    is_external = is_variable = False
    for ref in value.refs:
        kind = type(ref)
        if kind is External:
            is_external = True
        elif kind is ExternalInstance and ref.type == "contextvars.ContextVar":  # type: ignore[union-attr]
            is_variable = True
    if is_external:
        value = value.tainted(hazards_of(ev, value, node, frame))
    return value, is_variable


def hazards_of(ev: "Evaluator", value: Value, node: ir.Name | ir.Attribute, frame: Frame) -> frozenset[Token]:
    """Note the hazards that reading a value is; return their taint."""
    taint = NO_TAINT
    for ref in in_order(value.refs):
        if type(ref) is External and ev.program.read_hazards(ref.name):
            taint |= hazard_use.read(ev, ref.name, node, frame)
    return taint


def is_module_member(ev: "Evaluator", node: ir.Attribute, frame: Frame, base: Value) -> bool:
    """Tell whether `node`, a member of a bare name, is a global of another module: `settings.LIMIT`."""
    if base is not NOTHING:
        for ref in base.refs:
            if type(ref) is Module:
                break
        else:
            return False
    return isinstance(node.base, ir.Name) and any(
        isinstance(ref, Module) for ref in ev.name(node.base.id, frame, node.at).refs
    )


def computed_at_import(ev: "Evaluator", value: Value, node: ir.Name | ir.Attribute, frame: Frame) -> None:
    """Note a global whose value a hazard made when its module was imported (405)."""
    for token in value.taint:
        if is_of_import(token):
            if isinstance(node, ir.Name) and (node.id in frame.bound or node.id in frame.names):
                continue
            note_import_time(ev, token, text_of(node), frame, node.at)


def is_of_import(token: Token) -> TypeGuard[Source]:
    """Tell whether a hazard made a value when a module was imported or a function defined."""
    return token.at_import and isinstance(token, Source) and token.effect in VALUE_EFFECTS


def note_import_time(ev: "Evaluator", token: Source, name: str, frame: Frame, at: ir.Position) -> None:
    """Note that workflow code uses, as `name`, a value that a hazard made at import (405)."""
    fact = HazardUse(
        at=token.at,
        function=token.function,
        chain=(),
        effect=token.effect,
        name=token.name,
        shown=token.name,
        at_import=True,
        bound_to=name,
        remedy=ev.index.profile.replacements.get(token.effect, ""),
    )
    ev.note(frame, fact, token, via=at, via_shown=name)


def changing_state(ev: "Evaluator", node: ir.Name | ir.Attribute, frame: Frame) -> None:
    """Note a global that something in the project changes at run time (402)."""
    if isinstance(node, ir.Name):
        if node.id in frame.bound or is_local(node.id, frame):
            return
        view, name = frame.module, node.id
    else:
        assert isinstance(node.base, ir.Name)
        modules = [ref for ref in ev.name(node.base.id, frame, node.at).refs if isinstance(ref, Module)]
        found = ev.program.view(modules[0].path)
        if found is None:
            return
        view, name = found, node.name
    write = ev.program.runtime_write(view, name)
    if write is None:
        return
    path, function, line, column = write
    fact = StateRead(
        at=frame.summary.span(node.at),
        function=frame.summary.function,
        chain=(),
        name=name,
        writer=Span(path, line, column, line, column + len(name)),
        writer_function=function,
    )
    ev.note(frame, fact)


def is_local(name: str, frame: Frame | None) -> bool:
    """Tell whether an enclosing function binds `name`."""
    while frame is not None:
        if name in frame.global_names:
            return False
        if name in frame.bound or (name in frame.names and not frame.in_class):
            return True
        frame = frame.parent
    return False


def lost_write(ev: "Evaluator", value: Value, node: ir.Name | ir.Attribute, frame: Frame, base: Value) -> None:
    """Note a read of something that a step's body wrote: a replay does not run the body (403)."""
    lost = ev.lost_objects
    found = [] if lost.keys().isdisjoint(value.refs) else [lost[ref] for ref in value.refs if ref in lost]
    if type(node) is ir.Name:
        current: Frame | None = frame
        while current is not None:
            if node.id in current.step_writes:
                found.append(current.step_writes[node.id])
                break
            if node.id in current.bound:
                break
            current = current.parent
    elif isinstance(node, ir.Attribute) and ev.lost_attributes:
        for ref in in_order(base.refs):
            if (ref, node.name) in ev.lost_attributes:
                found.append(ev.lost_attributes[(ref, node.name)])
    for name, writer, position, step in found:
        fact = LostStepWrite(
            at=writer.span(position),
            function=writer.function,
            chain=(),
            name=name,
            step=step,
            read_at=frame.summary.span(node.at),
        )
        ev.note(frame, fact, via=node.at, via_shown=text_of(node))
