"""Functions and classes as their decorators leave them."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    Bound,
    Class,
    Decorator,
    External,
    ExternalInstance,
    Function,
    Ref,
    Value,
    in_order,
    join,
    one,
)
from holdfast_analyzer.outline.shape import ClassOutline, FunctionOutline
from holdfast_analyzer.summarize import ir
from holdfast_rules.effect import Effect
from holdfast_rules.hazards.hazard import Use

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator
    from holdfast_analyzer.module_view import ModuleView

PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod", "property", "override", "abstractmethod", "overload"})
MEMOISERS = frozenset({"functools.lru_cache", "functools.cache", "cachetools.cached", "async_lru.alru_cache"})
SINGLE_DISPATCH = frozenset({"singledispatch", "singledispatchmethod"})
CACHED_PROPERTY = "functools.cached_property"


def function_value(ev: "Evaluator", view: "ModuleView", outline: FunctionOutline, owner: Class | None) -> Value:
    """Return a function or method as its decorators leave it."""
    frame = owner.frame if owner is not None else None
    key = (view.path, outline.qualname, frame)
    known = ev.function_values.get(key)
    if known is not None:
        return known
    plain = Function(view.path, outline.qualname, (outline.line, outline.column), frame, owner=owner)
    ev.function_values[key] = one(plain)
    value: Value = one(plain)
    for index in range(len(outline.decorators) - 1, -1, -1):
        text = outline.decorators[index]
        if text in PLAIN_DECORATORS or text.endswith((".setter", ".deleter", ".getter")):
            continue
        value = decorate(ev, view, outline, index, value)
    if any(text.rpartition(".")[2] in SINGLE_DISPATCH for text in outline.decorators):
        value = join(value, *registered(ev, view, outline, owner))
    ev.function_values[key] = value
    return value


def registered(ev: "Evaluator", view: "ModuleView", outline: FunctionOutline, owner: Class | None) -> list[Value]:
    """Return the functions of a module that `@function.register` adds to a single-dispatch function."""
    name = outline.qualname.rpartition(".")[2]
    return [
        one(
            Function(view.path, other.qualname, (other.line, other.column), owner.frame if owner else None, owner=owner)
        )
        for other in view.outline.functions.values()
        if f"{name}.register" in other.decorators and other.parent == outline.parent
    ]


def decorate(ev: "Evaluator", view: "ModuleView", outline: FunctionOutline, index: int, value: Value) -> Value:
    """Apply one decorator of a function known by its outline; its expression is read only where the text does not tell."""
    text = outline.decorators[index]
    decorator = ev.dotted(view, text, outline.parent) if text else NOTHING
    if text and all(isinstance(ref, External) for ref in decorator.refs) and decorator.refs:
        keywords = frozenset(outline.decorator_keywords[index])
        result = NOTHING
        for ref in in_order(decorator.refs):
            assert isinstance(ref, External)
            result = join(result, apply(ev, Decorator(ref.name, keywords), value))
        return result
    body = view.definition(outline)
    if body is None or index >= len(body.decorators):
        return value
    return apply_expression(ev, body.decorators[index], value, ev.module_frame(view, outline.line))


def apply_expression(ev: "Evaluator", node: ir.Expr, value: Value, frame: Frame) -> Value:
    """Evaluate a decorator expression and apply what it gives."""
    decorator = ev.value(node, frame)
    result = NOTHING
    for ref in in_order(decorator.refs):
        if isinstance(ref, Decorator):
            result = join(result, apply(ev, ref, value))
        elif isinstance(ref, External):
            result = join(result, apply(ev, Decorator(ref.name), value))
        elif isinstance(ref, ExternalInstance):
            result = join(result, apply(ev, Decorator(ref.type.removesuffix("()")), value))
        elif isinstance(ref, Function | Class) or not hasattr(ref, "why"):
            got = ev.call(one(ref), Arguments([value]), frame, node.at, "decorator")
            result = join(result, got if callable_refs(got) else value)
        else:
            result = join(result, value)
    return result if result is not NOTHING else value


def callable_refs(value: Value) -> bool:
    """Tell whether a decorator's result can be called: one that is unknown leaves the function as it is."""
    return any(
        isinstance(ref, Function | Class) or type(ref).__name__ in ("Partial", "Bound", "Instance")
        for ref in value.refs
    )


def apply(ev: "Evaluator", decorator: Decorator, value: Value) -> Value:
    """Apply an external decorator: an engine's marker, a memoiser, or one that leaves the function as it is."""
    note_applied(ev, decorator, value)
    workflow = ev.index.workflow_decorators.get(decorator.name)
    if workflow is not None and (not workflow.when_keyword or workflow.when_keyword in decorator.keywords):
        return marked(value, "workflow" if workflow.called_is_child else "inline workflow", decorator.name)
    step = ev.index.step_decorators.get(decorator.name)
    if step is not None:
        kind = ("transaction" if step.transaction else "step") if step.called_is_checkpoint else "task"
        return marked(value, kind, decorator.name)
    if decorator.name in MEMOISERS:
        return marked(value, "memoised", decorator.name)
    hazards = ev.program.call_hazards(decorator.name)
    for hazard in hazards:
        if hazard.effect is Effect.SLEEP and hazard.use is Use.CALL:
            for ref in in_order(value.refs):
                if isinstance(ref, Function):
                    ev.decorator_hazards.setdefault((ref.path, ref.qualname), []).append(hazard.name)
    return value


def note_applied(ev: "Evaluator", decorator: Decorator, value: Value) -> None:
    """Remember which of the engine's decorators were applied to what, also by a decorator of the project's own."""
    if not ev.index.declares(decorator.name):
        return
    for ref in in_order(value.refs):
        if isinstance(ref, Function | Class):
            ev.applied.setdefault((ref.path, ref.qualname), {}).setdefault(decorator.name, decorator.keywords)


def marked(value: Value, kind: str, by: str) -> Value:
    """Mark the functions of `value`."""
    refs: set[Ref] = set()
    for ref in in_order(value.refs):
        if isinstance(ref, Function) and ref.marked in ("", "memoised"):
            refs.add(Function(ref.path, ref.qualname, ref.at, ref.frame, kind, by, ref.owner))
        else:
            refs.add(ref)
    return Value(frozenset(refs), value.taint)


def decorate_class(ev: "Evaluator", view: "ModuleView", outline: ClassOutline) -> None:
    """Apply the decorators of a class that are followed code, for what they apply in turn."""
    value: Value = one(Class(view.path, outline.qualname))
    frame = ev.module_frame(view, outline.line)
    for text in reversed(outline.decorators):
        decorator = ev.dotted(view, text, outline.parent) if text else NOTHING
        for ref in in_order(decorator.refs):
            if isinstance(ref, Function | Bound):
                made = ev.call(one(ref), Arguments([value]), frame, (outline.line, 1, outline.line, 1), text)
                for inner in in_order(made.refs):
                    if isinstance(inner, Function):
                        ev.call(one(inner), Arguments([value]), frame, (outline.line, 1, outline.line, 1), text)


def closure(ev: "Evaluator", body: ir.FunctionBody, frame: Frame) -> Function:
    """Return a nested function or lambda, bound to the frame that defines it."""
    inner = f"<locals>.{body.name}" if frame.qualname and not frame.in_class else body.name
    qualname = f"{frame.qualname}.{inner}" if frame.qualname else body.name
    function = Function(frame.module.path, qualname, (body.at[0], body.at[1]), frame)
    ev.bodies[plain_key(function)] = body
    return function


def plain_key(function: Function) -> Function:
    """Return the function without its marks: what its body is kept under."""
    return Function(function.path, function.qualname, function.at, function.frame)


def decorated_closure(ev: "Evaluator", node: ir.FunctionDef, frame: Frame) -> Value:
    """Return a nested function as its decorators leave it."""
    value: Value = one(closure(ev, node.function, frame))
    for decorator in reversed(node.decorators):
        if isinstance(decorator, ir.Name) and decorator.id in PLAIN_DECORATORS:
            continue
        value = apply_expression(ev, decorator, value, frame)
    return value


def local_class(ev: "Evaluator", node: ir.ClassDef, frame: Frame) -> Value:
    """Return a class defined in a function; its outline lies under the function's qualified name."""
    qualname = f"{frame.qualname}.<locals>.{node.name}" if frame.qualname else node.name
    cls = Class(frame.module.path, qualname, frame)
    found: list[Class | External] = []
    for base in node.bases:
        if not base.keyword and not base.star:
            found += [ref for ref in ev.value(base.value, frame).refs if isinstance(ref, Class | External)]
    if ev.local_bases.get(cls) != found:
        ev.local_bases[cls] = found
        ev.linearisations.pop(cls, None)
        ev.found_members.clear()
    return one(cls)
