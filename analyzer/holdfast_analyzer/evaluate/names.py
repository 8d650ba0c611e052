"""Bare names, module globals and imports."""

import builtins
from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import bindings, classes
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.summary import Summary
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Class,
    Data,
    External,
    Instance,
    Module,
    Unknown,
    Value,
    join,
    one,
)
from holdfast_analyzer.outline.shape import Region, SelfAssignment
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator
    from holdfast_analyzer.module_view import ModuleView

BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__doc__", "reveal_type"}
MODULE_DATA = frozenset({"__file__", "__name__", "__doc__", "__package__", "__spec__", "__path__", "__class__"})


def lookup(ev: "Evaluator", name: str, frame: Frame, at: ir.Position) -> Value:
    """Look a bare name up: local, enclosing functions, module, built-in."""
    current: Frame | None = frame
    first = True
    while current is not None:
        seen = first or not current.in_class
        if seen and name in current.names and name not in current.global_names:
            return current.names[name] if first else current.names[name].kept()
        if seen and name in current.bound and not current.in_class and name not in current.global_names:
            return NOTHING if first else UNKNOWN
        if name in current.global_names:
            break
        first = False
        current = current.parent
    found = module_global(ev, frame.module, name)
    if found is not None:
        return found
    if name in MODULE_DATA:
        return one(Data("str"))
    if name in BUILTINS:
        return one(External(f"builtins.{name}"))
    return one(Unknown(f"`{name}` is not defined in this module"))


def module_global(ev: "Evaluator", view: "ModuleView", name: str) -> Value | None:
    """Return the value of a module's global, or None where the module binds no such name."""
    key = (view.path, name)
    known = ev.global_values.get(key)
    if known is not None:
        return known
    outline = view.outline
    if not (name in view.imports or name in outline.functions or name in outline.classes or name in outline.bindings):
        return star_global(ev, view, name)
    ev.global_values[key] = NOTHING
    value = NOTHING
    for binding in view.imports.get(name, ()):
        if binding.typing_only and len(view.imports[name]) > 1:
            continue
        value = join(value, imported(ev, view, binding.module, binding.name, binding.level, name, binding.submodule))
    if name in outline.functions:
        value = join(value, *(ev.function_value(view, function) for function in view.redefinitions(name)))
    if name in outline.classes:
        value = join(value, ev.program_class(view, name))
    for region in outline.bindings.get(name, ()):
        value = join(value, module_statement(ev, view, region, name))
    if name in outline.bindings:
        value = classes.share(ev, join(value, bindings.rebound(ev, view, name)), name)
    ev.global_values[key] = value
    return value


def star_global(ev: "Evaluator", view: "ModuleView", name: str) -> Value | None:
    """Look a name up in the modules that are star-imported."""
    if not view.outline.stars or (view.path, name) in ev.star_guard:
        return None
    ev.star_guard.add((view.path, name))
    try:
        for module, level in view.outline.stars:
            source = ev.program.find(view, module, level)
            if source is None:
                continue
            if isinstance(source, str):
                if ev.program.exports(source, name):
                    return one(External(f"{source}.{name}"))
                continue
            exports = source.outline.exports
            if (exports is not None and name not in exports) or (exports is None and name.startswith("_")):
                continue
            found = module_attribute(ev, source, name)
            if found is not None:
                return found
    finally:
        ev.star_guard.discard((view.path, name))
    return None


def star(ev: "Evaluator", view: "ModuleView", module: str, level: int) -> dict[str, Value]:
    """Return the names that a star import binds."""
    source = ev.program.find(view, module, level)
    if source is None or isinstance(source, str):
        return {}
    public = source.outline.exports
    if public is None:
        names = [*source.imports, *source.outline.functions, *source.outline.classes, *source.outline.bindings]
        public = [name for name in names if not name.startswith("_") and "." not in name]
    return {name: module_attribute(ev, source, name) or UNKNOWN for name in public}


def imported(
    ev: "Evaluator", view: "ModuleView", module: str, name: str, level: int, bound: str, submodule: str
) -> Value:
    """Return what an import statement binds to `bound`."""
    if not name:
        return module_value(ev, view, module, level)
    source = ev.program.find(view, module, level)
    if source is None:
        dotted_module = ev.program.absolute(view, module, level)
        return one(External(f"{dotted_module}.{name}" if dotted_module else name))
    if isinstance(source, str):
        return one(External(f"{source}.{name}"))
    found = module_attribute(ev, source, name)
    if found is not None:
        return found
    if source.is_namespace:
        # A folder of that name lies nearby; the package that is meant is another one, which is not installed.
        return one(External(f"{source.name}.{name}"))
    if not level and source.name != module and source.name.endswith(f".{module}"):
        # Nor is a module of that name, which lies beside this one in a package of its own.
        return one(External(f"{module}.{name}"))
    return one(Unknown(f"`{source.name}` has no `{name}`"))


def module_value(ev: "Evaluator", view: "ModuleView", module: str, level: int = 0) -> Value:
    """Return a module by name, as `view` would import it."""
    source = ev.program.find(view, module, level)
    if source is None:
        return one(External(ev.program.absolute(view, module, level)))
    return one(External(source)) if isinstance(source, str) else one(Module(source.path))


def module_attribute(ev: "Evaluator", view: "ModuleView", name: str) -> Value | None:
    """Return an attribute of a module: a global, or a submodule."""
    found = module_global(ev, view, name)
    if found is not None and found is not NOTHING:
        return found
    if view.is_package:
        source = ev.program.find(view, name, 1)
        if source is not None and not isinstance(source, str) and source.path != view.path:
            return one(Module(source.path))
    return found


def module_frame(ev: "Evaluator", view: "ModuleView", line: int) -> Frame:
    """Return a frame for code that runs when `view` is imported."""
    summary = Summary(next(ev.serials), view.path, f"{view.name}:<module>", line, 1, view.in_project)
    return Frame(view, summary, at_import=True, serial=0)


def module_statement(ev: "Evaluator", view: "ModuleView", region: Region, name: str) -> Value:
    """Evaluate a module-level statement for the name that it binds."""
    frame = module_frame(ev, view, region.line)
    for statement in view.statements(region):
        ev.statement(statement, frame)
    return frame.names.get(name, NOTHING)


def dotted(ev: "Evaluator", view: "ModuleView", text: str, scope: str = "") -> Value:
    """Resolve dotted text such as `app.task` as code at module level, or in the named scope, would."""
    if not text:
        return UNKNOWN
    first, *rest = text.split(".")
    frame = module_frame(ev, view, 1)
    found: Value | None = None
    while scope and found is None:
        nested = f"{scope}.{first}"
        local = f"{scope}.<locals>.{first}"
        if nested in view.outline.classes or local in view.outline.classes:
            found = ev.program_class(view, nested if nested in view.outline.classes else local)
        if local in view.outline.functions:
            found = ev.function_value(view, view.outline.functions[local])
        scope = scope.rpartition(".")[0]
    if found is None:
        found = lookup(ev, first, frame, (1, 1, 1, 1))
    for part in rest:
        found = ev.attribute(found, part, frame, (1, 1, 1, 1))
    return found


def class_statement(ev: "Evaluator", view: "ModuleView", cls: Class, region: Region, name: str) -> Value:
    """Evaluate a statement of a class body for the name that it binds."""
    summary = Summary(next(ev.serials), view.path, f"{view.name}:{cls.qualname}", region.line, 1, view.in_project)
    frame = Frame(view, summary, parent=cls.frame, owner=cls, in_class=True, at_import=cls.frame is None)
    frame.qualname = cls.qualname
    outline = ev.class_outline(cls)
    for statement in view.statements(region):
        if isinstance(statement, ir.Assign | ir.AnnotatedAssign) and outline is not None:
            bind_class_names(ev, cls, statement, frame)
        ev.statement(statement, frame)
    return frame.names.get(name, NOTHING)


def bind_class_names(ev: "Evaluator", cls: Class, statement: ir.Assign | ir.AnnotatedAssign, frame: Frame) -> None:
    """Make the names of the class body that the statement's value reads visible to it."""
    outline = ev.class_outline(cls)
    if outline is None or statement.value is None:
        return
    pending: list[ir.Expr] = [statement.value]
    while pending:
        node = pending.pop()
        if isinstance(node, ir.Name) and (node.id in outline.attributes or node.id in outline.methods):
            value = classes.class_attribute(ev, cls, node.id, None)
            if value is not None:
                frame.names.setdefault(node.id, value)
        elif isinstance(node, ir.Call):
            pending += [node.function, *(argument.value for argument in node.arguments)]
        elif isinstance(node, ir.Attribute):
            pending.append(node.base)
        elif isinstance(node, ir.Display):
            pending += node.items
        elif isinstance(node, ir.DictDisplay):
            pending += node.values
        elif isinstance(node, ir.Operation):
            pending += node.operands


def self_statement(ev: "Evaluator", view: "ModuleView", cls: Class, assignment: SelfAssignment, name: str) -> Value:
    """Evaluate `self.name = …` of a method as if the method had been called with unknown arguments.

    Only that statement is read: names that the method assigns before it are unknown, its parameters have the types that
    their annotations give.
    """
    outline = view.outline.functions.get(assignment.method)
    if outline is None:
        return UNKNOWN
    body = view.function_body(outline)
    if body is None:
        return UNKNOWN
    summary = Summary(next(ev.serials), view.path, f"{view.name}:{assignment.method}", outline.line, 1, view.in_project)
    frame = Frame(
        view, summary, bound=frozenset(body.bound), parent=cls.frame, owner=cls, receiver=Instance(cls), serial=0
    )
    frame.qualname = assignment.method
    for index, parameter in enumerate(body.parameters):
        if index == 0:
            frame.names[parameter.name] = one(Instance(cls))
        else:
            frame.names[parameter.name] = ev.annotation(parameter.annotation, frame)
    receiver = body.parameters[0].name if body.parameters else "self"
    before = ev.heap.attribute(Instance(cls), name)
    value = NOTHING
    for statement in view.statements(assignment.region):
        prepare(ev, statement, body, frame)
        value = join(value, assigned_value(ev, statement, receiver, name, frame))
    return join(value, before) if before is not None else value


def prepare(ev: "Evaluator", statement: ir.Stmt, body: ir.FunctionBody, frame: Frame) -> None:
    """Evaluate the simple assignments that stand before `statement` at the top of its method, for the names it reads."""
    for earlier in body.body:
        if earlier.at[0] >= statement.at[0]:
            return
        if isinstance(earlier, ir.Assign | ir.AnnotatedAssign | ir.Import):
            targets = earlier.targets if isinstance(earlier, ir.Assign) else [getattr(earlier, "target", None)]
            if isinstance(earlier, ir.Import) or all(isinstance(target, ir.Name) for target in targets):
                ev.statement(earlier, frame)


def assigned_value(ev: "Evaluator", statement: ir.Stmt, receiver: str, name: str, frame: Frame) -> Value:
    """Return the value that a statement gives to `receiver.name`."""
    if isinstance(statement, ir.Assign):
        for target in statement.targets:
            if is_member(target, receiver, name):
                return ev.value(statement.value, frame)
            if isinstance(target, ir.Display) and any(is_member(item, receiver, name) for item in target.items):
                return ev.elements(ev.value(statement.value, frame))
    if isinstance(statement, ir.AnnotatedAssign) and is_member(statement.target, receiver, name):
        declared = ev.annotation(statement.annotation, frame)
        return ev.refine(ev.value(statement.value, frame), statement.annotation, frame) if statement.value else declared
    if isinstance(statement, ir.AugmentedAssign) and is_member(statement.target, receiver, name):
        return ev.value(statement.value, frame)
    if isinstance(statement, ir.With):
        for item in statement.items:
            if item.target is not None and is_member(item.target, receiver, name):
                return ev.value(item.context, frame)
    return NOTHING


def is_member(target: ir.Expr, receiver: str, name: str) -> bool:
    """Tell whether `target` is `receiver.name`."""
    return (
        isinstance(target, ir.Attribute)
        and target.name == name
        and isinstance(target.base, ir.Name)
        and target.base.id == receiver
    )
