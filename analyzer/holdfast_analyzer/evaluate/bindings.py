"""What a name of an enclosing function may be, read from the statements that bind it and no others."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.expressions import target_names
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.summary import Summary
from holdfast_analyzer.evaluate.values import NOTHING, UNKNOWN, Value, join
from holdfast_analyzer.outline.shape import FunctionOutline
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator
    from holdfast_analyzer.module_view import ModuleView


class LocalNames(dict[str, Value]):
    """The names of a function's body, each evaluated when it is asked for.

    Args:
        ev: the evaluator.
        body: of the function.
        around: the frame whose names these are: what binds one of them is evaluated inside of it.
    """

    def __init__(self, ev: "Evaluator", body: ir.FunctionBody, around: Frame) -> None:
        super().__init__()
        self._ev = ev
        self._body = body
        self._around = around
        self._bound = frozenset(body.bound)
        self._pending: set[str] = set()

    def __contains__(self, name: object) -> bool:
        return name in self._bound

    def __missing__(self, name: str) -> Value:
        if name in self._pending:
            return NOTHING
        self._pending.add(name)
        value = NOTHING
        around = self._around
        frame = Frame(
            around.module, around.summary, parent=around, qualname=around.qualname, serial=around.summary.number
        )
        for parameter in self._body.parameters:
            if parameter.name == name:
                value = self._ev.annotation(parameter.annotation, frame)
        for statement in statements(self._body.body):
            value = join(value, bound(self._ev, statement, name, frame))
        self._pending.discard(name)
        self[name] = value if value is not NOTHING else UNKNOWN
        return self[name]


def local_name(
    ev: "Evaluator", view: "ModuleView", outline: FunctionOutline, body: ir.FunctionBody, name: str
) -> Value:
    """Return what a name that a function binds may be: the join of all that is assigned to it.

    Args:
        ev: the evaluator.
        view, outline, body: the function, whose parameters are of their annotated types.
        name: the name.

    Returns:
        Its value; unknown where it is bound by other means than assignments, imports, `with` and definitions.
    """
    return frame_of(ev, view, outline, body).names[name]


def rebound(ev: "Evaluator", view: "ModuleView", name: str) -> Value:
    """Return what functions of a module assign to its global `name`, which they declare `global`."""
    value = NOTHING
    for write in view.outline.writes:
        if write.how != "global" or write.target != name:
            continue
        outline = view.outline.functions.get(write.function)
        body = view.function_body(outline) if outline is not None else None
        if outline is None or body is None:
            continue
        frame = Frame(view, (around := frame_of(ev, view, outline, body)).summary, parent=around)
        for statement in statements(body.body):
            if statement.at[0] == write.line:
                value = join(value, bound(ev, statement, name, frame))
    return value.clean()


def frame_of(ev: "Evaluator", view: "ModuleView", outline: FunctionOutline, body: ir.FunctionBody) -> Frame:
    """Return a frame in which the names of a function are evaluated as they are asked for."""
    summary = Summary(
        ev.next_serial(), view.path, f"{view.name}:{outline.qualname}", outline.line, outline.column, view.in_project
    )
    frame = Frame(view, summary, qualname=outline.qualname, serial=summary.number)
    frame.names = LocalNames(ev, body, frame)
    return frame


def statements(body: list[ir.Stmt]) -> Iterator[ir.Stmt]:
    """Yield the statements of a body and of the blocks in it, but not those of nested definitions."""
    for node in body:
        yield node
        if isinstance(node, ir.FunctionDef | ir.ClassDef):
            continue
        for part in ("body", "orelse", "final"):
            yield from statements(getattr(node, part, []))
        if isinstance(node, ir.Try):
            for handler in node.handlers:
                yield from statements(handler.body)
        if isinstance(node, ir.Match):
            for case in node.cases:
                yield from statements(case.body)


def bound(ev: "Evaluator", node: ir.Stmt, name: str, frame: Frame) -> Value:
    """Return the value that a statement gives to a name, or NOTHING."""
    if isinstance(node, ir.Assign) and any(isinstance(t, ir.Name) and t.id == name for t in node.targets):
        return ev.value(node.value, frame)
    if isinstance(node, ir.AnnotatedAssign) and isinstance(node.target, ir.Name) and node.target.id == name:
        if node.value is None:
            return ev.annotation(node.annotation, frame)
        return ev.refine(ev.value(node.value, frame), node.annotation, frame)
    if isinstance(node, ir.Import):
        return join(*(ev.imported(frame.module, found) for found in node.names if found.bound == name))
    if isinstance(node, ir.With):
        for item in node.items:
            if item.target is not None and name in target_names(item.target):
                return ev.value(item.context, frame)
    if isinstance(node, ir.FunctionDef) and node.function.name == name:
        return ev.decorated_closure(node, frame)
    if isinstance(node, ir.ClassDef) and node.name == name:
        return ev.local_class(node, frame)
    return NOTHING
