"""Which workflows there are, and what evaluating each from its entry points finds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from holdfast_analyzer.evaluate import bindings, boundary, classes, closures
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.evaluator import Evaluator
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.summary import Summary
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    Class,
    External,
    ExternalInstance,
    Function,
    Instance,
    Value,
    in_order,
    one,
)
from holdfast_analyzer.module_view import ModuleView
from holdfast_analyzer.outline.shape import ClassOutline, FunctionOutline
from holdfast_rules.engines.profile import WorkflowMarker
from holdfast_rules.facts import Unit


@dataclass(slots=True)
class EvaluatedUnit:
    """A workflow with the summaries of its entry points."""

    unit: Unit
    marker: WorkflowMarker
    entries: list[Summary] = field(default_factory=list)
    unread: int = 0
    """how many of its entry points could not be read: an error entry says why"""
    cls: ClassOutline | None = None
    function: FunctionOutline | None = None
    handlers: list[FunctionOutline] = field(default_factory=list)


DECORATION = re.compile(rb"^[ \t]*@(?:[\w.]+\.)?(\w+)", re.MULTILINE)
"""The last name of a decorator."""


class UnitFinder:
    """Finds the workflows of one engine in files that name it, and evaluates them."""

    def __init__(self, ev: Evaluator) -> None:
        self.ev = ev
        self.index = ev.index
        self._markers = self.index.workflow_decorators
        self._applied: set[tuple[str, str]] = set()
        self._nested: dict[tuple[str, str], Frame | None] = {}
        self._local_names: dict[tuple[str, str, str], Value] = {}
        self._decorating: set[bytes] | None = None

    def units(self, view: ModuleView) -> Iterator[EvaluatedUnit]:
        """Yield the evaluated workflows of a file, in the order of their definition."""
        found: list[EvaluatedUnit] = []
        for outline in view.outline.classes.values():
            marker = self.class_marker(view, outline)
            if marker is not None:
                found.append(self.of_class(view, outline, marker))
        taken = {id(unit.function) for unit in found}
        for function, marker in self.functions(view):
            if id(function) not in taken:
                evaluated = self.of_function(view, function, marker)
                if evaluated is not None:
                    found.append(evaluated)
        yield from sorted(found, key=lambda unit: (unit.unit.line, unit.unit.id))

    # Which functions and classes are workflows

    def functions(self, view: ModuleView) -> Iterator[tuple[FunctionOutline, WorkflowMarker]]:
        """Yield the functions that a decorator, a parameter's type or a registration makes workflows."""
        registered = self.registered(view)
        for function in view.outline.functions.values():
            marker = self.function_marker(view, function) or registered.get(function.qualname)
            if marker is not None and not (".<locals>." in function.qualname and self.decorates(view, function)):
                yield function, marker

    def function_marker(self, view: ModuleView, function: FunctionOutline) -> WorkflowMarker | None:
        """Return the marker of a function's decorators or parameters, if any."""
        for text, keywords in zip(function.decorators, function.decorator_keywords, strict=True):
            for name in self.resolved(view, text, function.parent):
                marker = self._markers.get(name)
                if marker is None or marker.on == "class":
                    continue
                if not marker.when_keyword or marker.when_keyword in keywords:
                    return marker
        wrapped = self.wrapped(view, function.decorators, function.qualname, function)
        for name, given in wrapped.items():
            marker = self._markers.get(name)
            if marker is None or marker.on == "class":
                continue
            if not marker.when_keyword or marker.when_keyword in given:
                return marker
        made = self.made(view, function)
        if made is not None:
            return self._markers.get(made.marked_by)
        if self.index.parameter_types and not function.decorators:
            for text in function.annotations:
                for name in self.resolved(view, text, function.parent):
                    if name in self.index.parameter_types:
                        return next(m for m in self.index.profile.workflows if name in m.parameter_type)
        return None

    def made(self, view: ModuleView, outline: FunctionOutline) -> Function | None:
        """Return the workflow that decorators of the project's own make of a function: another function around it."""
        if outline.parent or not any(self.is_own_decorator(view, text, "") for text in outline.decorators):
            return None
        for ref in in_order(self.ev.function_value(view, outline).refs):
            if isinstance(ref, Function) and ref.marked in ("workflow", "inline workflow") and ref.frame is not None:
                return ref
        return None

    def decorates(self, view: ModuleView, outline: FunctionOutline) -> bool:
        """Tell whether a nested workflow is what a decorator makes of the functions that it decorates: they are the units."""
        scope = outline.parent.partition(".<locals>.")[0]
        if not scope or scope not in view.outline.functions:
            return False
        if self._decorating is None:
            files = {*self.ev.program.engine_files, view.path}
            self._decorating = {name for path in files for name in DECORATION.findall(self.ev.program.read(path))}
        return scope.encode() in self._decorating

    def class_marker(self, view: ModuleView, outline: ClassOutline) -> WorkflowMarker | None:
        """Return the marker of a class's decorators or bases, if any."""
        for text in outline.decorators:
            for name in self.resolved(view, text, outline.parent):
                marker = self._markers.get(name)
                if marker is not None and marker.on == "class":
                    return marker
        for name in self.wrapped(view, outline.decorators, outline.qualname, outline):
            marker = self._markers.get(name)
            if marker is not None and marker.on == "class":
                return marker
        based = {m.base_class: m for m in self.index.profile.workflows if m.base_class}
        if based:
            name = classes.is_subclass(self.ev, Class(view.path, outline.qualname), set(based))
            return based.get(name)
        return None

    def resolved(self, view: ModuleView, text: str, scope: str) -> list[str]:
        """Return the external names that dotted text may mean."""
        if not text:
            return []
        value = self.ev.dotted(view, text, scope)
        if any(not isinstance(ref, External | ExternalInstance) for ref in value.refs) and ".<locals>." not in scope:
            value = self.in_function(view, text, scope) or value
        names = []
        for ref in in_order(value.refs):
            if isinstance(ref, External):
                names.append(ref.name)
            elif isinstance(ref, ExternalInstance):
                names.append(ref.type.removesuffix("()"))
        return names

    def wrapped(
        self, view: ModuleView, decorators: list[str], qualname: str, outline: FunctionOutline | ClassOutline
    ) -> dict[str, frozenset[str]]:
        """Return the engine's decorators that decorators of the project's own apply to a definition, with their keywords."""
        if (outline.parent and outline.parent not in view.outline.classes) or not any(decorators):
            return {}
        key = (view.path, qualname)
        if key not in self._applied:
            self._applied.add(key)
            if any(self.is_own_decorator(view, text, outline.parent) for text in decorators):
                if isinstance(outline, FunctionOutline):
                    owner = Class(view.path, outline.parent) if outline.parent else None
                    self.ev.function_value(view, outline, owner)
                else:
                    closures.decorate_class(self.ev, view, outline)
        return self.ev.applied.get(key, {})

    def is_own_decorator(self, view: ModuleView, text: str, scope: str) -> bool:
        """Tell whether dotted text names a function of followed code."""
        if not text or text in closures.PLAIN_DECORATORS:
            return False
        return any(isinstance(ref, Function | Bound) for ref in self.ev.dotted(view, text, scope).refs)

    def in_function(self, view: ModuleView, text: str, scope: str) -> Value | None:
        """Resolve dotted text in an enclosing function; None where that has no say, or no marker is called so."""
        first, *rest = text.split(".")
        outline = view.outline.functions.get(scope)
        if outline is None or (rest and not self.index.may_mark(rest[-1])):
            return None
        body = view.function_body(outline)
        if body is None or first not in body.bound:
            return None
        key = (view.path, scope, first)
        if key not in self._local_names:
            self._local_names[key] = UNKNOWN
            self._local_names[key] = bindings.local_name(self.ev, view, outline, body, first)
        value = self._local_names[key]
        frame = self.ev.module_frame(view, outline.line)
        for part in rest:
            value = self.ev.attribute(value, part, frame, (1, 1, 1, 1))
        return value

    def registered(self, view: ModuleView) -> dict[str, WorkflowMarker]:
        """Return the functions of this file that are handed to a registration call, by qualified name."""
        found: dict[str, WorkflowMarker] = {}
        wanted = [marker for marker in self.index.profile.workflows if marker.registration]
        if not wanted:
            return found
        lasts = {marker.registration.rpartition(".")[2] for marker in wanted}
        for handed in view.outline.handed:
            if handed.callee.rpartition(".")[2] not in lasts:
                continue
            for name in self.resolved(view, handed.callee, handed.scope):
                marker = self.index.registrations.get(name)
                if marker is None or marker.registration_returns_decorator is not handed.through_result:
                    continue
                argument = marker.registration_argument
                by_keyword = bool(handed.keyword) and handed.keyword == argument.keyword
                if handed.through_result or by_keyword or handed.position == argument.position:
                    self.register(view, handed.handed, handed.scope, marker, found)
        return found

    def register(
        self, view: ModuleView, text: str, scope: str, marker: WorkflowMarker, found: dict[str, WorkflowMarker]
    ) -> None:
        """Add the function that `text` names, if this file defines it."""
        local = f"{scope}.<locals>.{text}" if scope else text
        for qualname in (local, text):
            if qualname in view.outline.functions:
                found[qualname] = marker
                return
        for ref in in_order(self.ev.dotted(view, text, scope).refs):
            if isinstance(ref, Function) and ref.path == view.path:
                found[ref.qualname] = marker

    # Evaluating them

    def enclosing(self, view: ModuleView, scope: str) -> Frame | None:
        """Return the frame of the function that encloses a definition, evaluated with unknown arguments."""
        outline = view.outline.functions.get(scope)
        if outline is None:
            return None
        key = (view.path, scope)
        if key not in self._nested:
            self._nested[key] = None
            body = view.function_body(outline)
            if body is not None:
                owner = view.outline.classes.get(outline.parent)
                around = self.enclosing(view, outline.parent if owner is None else owner.parent)
                self._nested[key] = self.ev.invocations.enter(
                    Function(view.path, scope, (outline.line, outline.column), around)
                )
        return self._nested[key]

    def of_function(self, view: ModuleView, outline: FunctionOutline, marker: WorkflowMarker) -> EvaluatedUnit | None:
        """Evaluate a workflow that is a function or method."""
        function = self.made(view, outline) or self.function(view, outline)
        if function is None:
            return None
        unit = self.unit(view, outline.qualname, outline.line, outline.column)
        summary = self.evaluate(view, function, outline, marker)
        if summary is None:
            unread = not marker.only_operating and view.function_body(outline) is None
            return EvaluatedUnit(unit, marker, unread=1, function=outline) if unread else None
        if marker.only_operating and not summary.durable and not outline.is_generator:
            return None
        return EvaluatedUnit(unit, marker, [summary], function=outline)

    def function(self, view: ModuleView, outline: FunctionOutline) -> Function | None:
        """Return the plain function behind an outline: a method with its class, a closure with its frame."""
        at = (outline.line, outline.column)
        if outline.parent in view.outline.classes:
            around = view.outline.classes[outline.parent].parent
            frame = self.enclosing(view, around) if around in view.outline.functions else None
            return Function(view.path, outline.qualname, at, frame, owner=Class(view.path, outline.parent, frame))
        if outline.parent:
            frame = self.enclosing(view, outline.parent)
            if frame is None:
                return None
            return Function(view.path, outline.qualname, at, frame)
        return Function(view.path, outline.qualname, at)

    def of_class(self, view: ModuleView, outline: ClassOutline, marker: WorkflowMarker) -> EvaluatedUnit:
        """Evaluate a workflow that is a class: every handler that a replay runs."""
        unit = self.unit(view, outline.qualname, outline.line, outline.column)
        evaluated = EvaluatedUnit(unit, marker, cls=outline)
        cls = Class(view.path, outline.qualname)
        done: set[str] = set()
        for base in classes.linearise(self.ev, cls):
            if not isinstance(base, Class):
                continue
            found = self.ev.class_outline(base)
            base_view = self.ev.program.view(base.path)
            if found is None or base_view is None:
                continue
            for name, qualnames in found.methods.items():
                if name in done:
                    continue
                for qualname in qualnames:
                    method = base_view.outline.functions[qualname]
                    if self.is_entry(base_view, method, name, marker):
                        done.add(name)
                        evaluated.handlers.append(method)
                        function = Function(base.path, qualname, (method.line, method.column), owner=cls)
                        summary = self.evaluate(base_view, function, method, marker)
                        if summary is not None:
                            evaluated.entries.append(summary)
                        else:
                            evaluated.unread += base_view.function_body(method) is None
        evaluated.entries.sort(key=lambda summary: (summary.path, summary.line))
        return evaluated

    def is_entry(self, view: ModuleView, method: FunctionOutline, name: str, marker: WorkflowMarker) -> bool:
        """Tell whether a replay runs this method."""
        if name == "__init__" or name in marker.entry_methods:
            return True
        for text in method.decorators:
            for resolved in self.resolved(view, text, method.parent):
                if resolved in marker.entry_decorators:
                    return True
        applied = self.wrapped(view, method.decorators, method.qualname, method)
        return any(name in marker.entry_decorators for name in applied)

    def evaluate(
        self, view: ModuleView, function: Function, outline: FunctionOutline, marker: WorkflowMarker
    ) -> Summary | None:
        """Evaluate an entry point with arguments of which only the types are known."""
        body = view.function_body(outline)
        if body is None:
            return None
        arguments = Arguments()
        offset = 0
        if function.owner is not None and "staticmethod" not in outline.decorators:
            receiver = Instance(function.owner)
            arguments.positional.append(one(receiver if "classmethod" not in outline.decorators else function.owner))
            offset = 1
        given = dict(marker.further_parameters)
        if marker.context_parameter is not None:
            given[marker.context_parameter[0]] = marker.context_parameter[1]
        made = function.qualname != outline.qualname
        frame = (function.frame if not made else None) or self.ev.module_frame(view, outline.line)
        for index, parameter in enumerate(body.parameters[offset:]):
            if parameter.kind in ("star", "double-star"):
                continue
            annotated = self.ev.annotation(parameter.annotation, frame)
            if annotated.refs <= UNKNOWN.refs:
                # What the engine passes in is its context, or was serialised: then it is data without effects.
                annotated = one(ExternalInstance(given[index])) if index in given else boundary.DECODED
            arguments.keywords[parameter.name] = annotated if annotated is not NOTHING else boundary.DECODED
        wrapper = function if made else self.within_marker(view, function, outline)
        if wrapper is None:
            for name in self.ev.invocations.made_at_import(function, view, body):
                arguments.keywords.pop(name, None)
        else:
            by_name = {parameter.name: parameter.kind for parameter in body.parameters}
            for name in [name for name in arguments.keywords if by_name[name] != "keyword-only"]:
                arguments.positional.append(arguments.keywords.pop(name))
        summary, _ = self.ev.invocations.evaluate(wrapper or function, arguments)
        return summary

    def within_marker(self, view: ModuleView, function: Function, outline: FunctionOutline) -> Function | None:
        """Return what the decorators below the engine's own made of an entry point, if that is a function of the project."""
        markers = [
            index
            for index, text in enumerate(outline.decorators)
            if any(self.index.declares(name) for name in self.resolved(view, text, outline.parent))
        ]
        value: Value = one(function)
        for index in range(len(outline.decorators) - 1, max(markers, default=len(outline.decorators)), -1):
            if outline.decorators[index] not in closures.PLAIN_DECORATORS:
                value = closures.decorate(self.ev, view, outline, index, value)
        found = next(iter(value.refs), None)
        if len(value.refs) != 1 or not isinstance(found, Function) or closures.plain_key(found).frame is function.frame:
            return None
        made_in = self.ev.program.view(found.path)
        return found if made_in is not None and made_in.in_project else None

    def unit(self, view: ModuleView, qualname: str, line: int, column: int) -> Unit:
        """Return the identity of a unit."""
        return Unit(id=f"{view.name}:{qualname}", engine=self.index.name, path=view.path, line=line, column=column)
