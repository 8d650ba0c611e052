"""The evaluator: runs code on abstract values, from a workflow along every call, and sums up what it found.

The method is abstract interpretation with summaries: each function is evaluated once for each kind of arguments that
reaches it, its result and effects are kept as a `Summary`, and taint passes through as placeholders (Sharir and Pnueli,
"Two approaches to interprocedural data flow analysis", 1981, the functional approach). Work is done on demand: only what
a workflow reaches is ever read.
"""

from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import (
    annotations,
    branches,
    calling,
    classes,
    closures,
    durable,
    items,
    members,
    mutation,
    names,
    narrowing,
    reading,
    special_methods,
)
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.engine_index import EngineIndex
from holdfast_analyzer.evaluate.expressions import EXPRESSIONS
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.heap import Heap
from holdfast_analyzer.evaluate.invoke import Invocations
from holdfast_analyzer.evaluate.statements import STATEMENTS
from holdfast_analyzer.evaluate.summary import Event, Summary
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    NULL,
    UNKNOWN,
    Class,
    Container,
    External,
    ExternalInstance,
    Function,
    Instance,
    Literal,
    Ref,
    Source,
    Token,
    Value,
    one,
)
from holdfast_analyzer.outline.shape import ClassOutline, FunctionOutline, Region, SelfAssignment
from holdfast_analyzer.summarize import ir
from holdfast_rules.effect import Effect
from holdfast_rules.facts import Fact, Sink

if TYPE_CHECKING:
    from holdfast_analyzer.module_view import ModuleView
    from holdfast_analyzer.program import Program


class Evaluator:
    """Evaluates code as one engine runs it.

    This class holds the state and names the operations; what each does stands in the module that it calls.
    """

    def __init__(self, program: "Program", index: EngineIndex) -> None:
        self.program = program
        self.index = index
        self.heap = Heap()
        self.invocations = Invocations(self)
        self.serials = count(1)
        self.linearisations: dict[Class, tuple[Class | External, ...]] = {}
        self.linearising = 0
        self.found_members: dict[tuple[Class, str], tuple[Class | External, FunctionOutline | None] | None] = {}
        self.texts: dict[int, tuple[ir.Expr, str]] = {}
        self.local_bases: dict[Class, list[Class | External]] = {}
        self.abstract_methods: dict[tuple[bool, Class | External, str], bool] = {}
        self.member_values: dict[tuple[object, ...], Value] = {}
        self.global_values: dict[tuple[str, str], Value] = {}
        self.function_values: dict[tuple[str, str, Frame | None], Value] = {}
        self.function_attributes: dict[tuple[Function, str], Value] = {}
        self.bodies: dict[Function, ir.FunctionBody] = {}
        self.awaitables: dict[tuple[int, ir.Position], str] = {}
        self.finish_ordered: dict[Container, frozenset[Token]] = {}
        self.small_displays: dict[tuple[object, ...], bool] = {}
        self.decorator_hazards: dict[tuple[str, str], list[str]] = {}
        self.nested_frames: dict[tuple[str, str], Frame] = {}
        self._sources: dict[tuple[object, ...], Source] = {}
        self.applied: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
        self.star_guard: set[tuple[str, str]] = set()
        self.implementations: dict[tuple[Class, str, str], list[Class]] = {}
        self.step_depth = 0
        self.step_names: list[str] = []
        self.step_inputs: list[frozenset[Ref]] = []
        self.step_marks: list[int] = []
        self.lost_attributes: dict[tuple[Ref, str], tuple[str, Summary, ir.Position, str]] = {}
        self.aliased_results: dict[Ref, str] = {}
        self.has_lost_writes = False
        self.lost_objects: dict[Ref, tuple[str, Summary, ir.Position, str]] = {}

    # Expressions and statements

    def value(self, node: ir.Expr, frame: Frame) -> Value:
        """Evaluate an expression."""
        return EXPRESSIONS[type(node)](self, node, frame)

    def statement(self, node: ir.Stmt, frame: Frame) -> bool:
        """Run a statement; return True when control never reaches what follows."""
        return STATEMENTS[type(node)](self, node, frame)

    # Names and members

    def name(self, name: str, frame: Frame, at: ir.Position) -> Value:
        """Look a bare name up."""
        return names.lookup(self, name, frame, at)

    def module_attribute(self, view: "ModuleView", name: str) -> Value | None:
        """Look `name` up among a module's globals and submodules; None where it has none."""
        return names.module_attribute(self, view, name)

    def module_frame(self, view: "ModuleView", line: int) -> Frame:
        """Return a frame for code that runs when `view` is imported."""
        return names.module_frame(self, view, line)

    def program_class(self, view: "ModuleView", qualname: str) -> Value:
        """Return a class defined at module level or in another class."""
        return one(Class(view.path, qualname))

    def dotted(self, view: "ModuleView", text: str, scope: str = "") -> Value:
        """Resolve dotted text as code at module level would."""
        return names.dotted(self, view, text, scope)

    def imported(self, view: "ModuleView", imported: ir.ImportedName) -> Value:
        """Return what an import binds."""
        return names.imported(
            self, view, imported.module, imported.name, imported.level, imported.bound, imported.submodule
        )

    def star(self, view: "ModuleView", module: str, level: int) -> dict[str, Value]:
        """Return the names that a star import binds."""
        return names.star(self, view, module, level)

    def attribute(self, base: Value, name: str, frame: Frame, at: ir.Position, shown: ir.Expr | None = None) -> Value:
        """Return `base.name`, calling properties."""
        return members.attribute(self, base, name, frame, at, shown)

    def member(self, node: ir.Attribute, base: Value, frame: Frame) -> Value:
        """Read `base.name` as code says it, once the base is evaluated."""
        return self.read(self.attribute(base, node.name, frame, node.at, shown=node), node, frame, base)

    def read(self, value: Value, node: ir.Name | ir.Attribute, frame: Frame, base: Value = NOTHING) -> Value:
        """Note what reading `value` through `node` means: a hazard, changing state, a lost write."""
        return reading.read(self, value, node, frame, base)

    def function_value(self, view: "ModuleView", outline: FunctionOutline, owner: Class | None = None) -> Value:
        """Return a defined function as its decorators leave it."""
        return closures.function_value(self, view, outline, owner)

    def class_statement(self, view: "ModuleView", cls: Class, region: Region, name: str) -> Value:
        """Evaluate a statement of a class body for the name that it binds."""
        return names.class_statement(self, view, cls, region, name)

    def self_statement(self, view: "ModuleView", cls: Class, assignment: SelfAssignment, name: str) -> Value:
        """Evaluate `self.name = …` of a method as if the method had been called with unknown arguments."""
        return names.self_statement(self, view, cls, assignment, name)

    # Items and iteration

    def item(self, base: Value, index: Value, frame: Frame, at: ir.Position) -> Value:
        """Return `base[index]`."""
        return items.item(self, base, index, frame, at)

    def iterate(self, value: Value, frame: Frame, at: ir.Position) -> Value:
        """Return what iterating `value` gives, running `__iter__` of followed classes."""
        return items.iterate(self, value, frame, at)

    def elements(self, value: Value) -> Value:
        """Return what the containers of `value` hold, running nothing."""
        return items.elements(self, value)

    def merge_mapping(self, target: Container, source: Value) -> None:
        """Copy the items of a mapping into a dict."""
        items.merge_mapping(self, target, source)

    def flattened(self, value: Value) -> Value:
        """Return `value` with tuples and lists replaced by what they hold."""
        return items.flattened(self, value)

    # Calls

    def called(self, node: ir.Call, frame: Frame) -> tuple[Value, Value]:
        """Evaluate a call; return what is called, and what comes back."""
        return calling.called(self, node, frame)

    def call(self, function: Value, arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> Value:
        """Call a value."""
        return calling.call_value(self, function, arguments, frame, at, shown)

    def call_method(
        self,
        base: Value,
        name: str,
        arguments: Arguments,
        frame: Frame,
        at: ir.Position,
        missing: Value | None = None,
    ) -> Value:
        """Call a special method where a followed class defines it; else return `missing`."""
        return special_methods.call(self, base, name, arguments, frame, at, missing)

    def stringify(self, value: Value, frame: Frame, at: ir.Position, *names: str) -> frozenset[Token]:
        """Run `__str__` or `__repr__` (or the first of `names`) of followed classes; return the taint of the text."""
        return special_methods.stringify(self, value, frame, at, names or ("__str__", "__repr__"))

    def tested(self, value: Value, frame: Frame, at: ir.Position) -> Value:
        """Return `value` as a condition sees it, running `__bool__` or `__len__` of followed classes."""
        return special_methods.tested(self, value, frame, at)

    def awaited(self, value: Value, frame: Frame, at: ir.Position) -> Value:
        """Return what awaiting `value` gives."""
        return special_methods.awaited(self, value, frame, at)

    def generator_result(self, value: Value) -> Value:
        """Return what `yield from value` evaluates to."""
        return items.generator_result(self, value)

    def entered(self, ref: External | ExternalInstance) -> Value:
        """Return what `with ref as x` binds."""
        return members.entered(self, ref)

    def caught(self, kind: ir.Expr | None, frame: Frame) -> Value:
        """Return the value that `except kind as name` binds."""
        return members.caught(self, kind, frame)

    # Definitions

    def closure(self, body: ir.FunctionBody, frame: Frame) -> Function:
        """Return a nested function or lambda."""
        return closures.closure(self, body, frame)

    def decorated_closure(self, node: ir.FunctionDef, frame: Frame) -> Value:
        """Return a nested function as its decorators leave it."""
        return closures.decorated_closure(self, node, frame)

    def local_class(self, node: ir.ClassDef, frame: Frame) -> Value:
        """Return a class defined in a function."""
        return closures.local_class(self, node, frame)

    def class_outline(self, cls: Class) -> ClassOutline | None:
        """Return the outline of a class."""
        return classes.class_outline(self, cls)

    # Assignment and change in place

    def assign(self, target: ir.Expr, value: Value, frame: Frame, commutes: bool = False) -> None:
        """Assign to a target; `commutes` where several such assignments give one result in any order."""
        mutation.assign(self, target, value, frame, commutes)

    def mutated(
        self,
        ref: Ref,
        frame: Frame,
        at: ir.Position,
        shown: str,
        value: Value = NOTHING,
        key: Value | None = None,
    ) -> None:
        """Note that an object is changed in place: it gets `value`, under `key` where there is one."""
        mutation.mutated(self, ref, frame, at, shown, value, key)

    # Branches and flows

    def condition(self, node: ir.Expr, frame: Frame) -> branches.Condition:
        """Evaluate an expression as a condition: its value, how it turns out, whether it speaks of replaying."""
        return branches.condition(self, node, frame)

    def narrow(self, node: ir.Expr, outcome: bool, frame: Frame) -> None:
        """Narrow the names that a condition speaks of."""
        narrowing.narrow(self, node, outcome, frame)

    def narrowed(self, value: Value, kinds: Value) -> Value:
        """Return what `value` may be where it is an object of one of the classes in `kinds`."""
        return narrowing.narrowed(self, value, kinds)

    def branch(
        self, test: Value, frame: Frame, node: ir.Expr, *, durable: bool, statements: list[ir.Stmt] | None = None
    ) -> None:
        """Note that a value decides what runs."""
        branches.branch(self, test, frame, node, durable=durable, statements=statements)

    def flow(self, value: Value, sink: Sink, frame: Frame) -> None:
        """Note that a value, with all that it holds, ends up in `sink`."""
        frame.summary.flow(self.heap.deep_taint(value), sink)

    def order_kept(self, frame: Frame, at: ir.Position) -> None:
        """Note that the order of the iterations around the current statement becomes visible."""
        frame.summary.flow(frame.order, Sink.RESULT)

    def durable_reached(self, frame: Frame, at: ir.Position, shown: str) -> None:
        """Note that a call performs durable operations somewhere below."""
        if not self.step_depth:
            durable.reached(self, frame, at, shown)

    def next_serial(self) -> int:
        """Return a number that is higher than every one before."""
        return next(self.serials)

    def vouches(self, manager: Value) -> bool:
        """Tell whether `with manager` means that the author vouches for the code inside."""
        return branches.vouches(self, manager)

    def lost_task(self, call: ir.Call, frame: Frame) -> None:
        """Note a task of a durable operation whose handle is dropped."""
        branches.lost_task(self, call, frame)

    # Types

    def annotation(self, node: ir.Expr | None, frame: Frame) -> Value:
        """Return a value of the annotated type."""
        return annotations.instance_of(self, node, frame)

    def refine(self, value: Value, annotation: ir.Expr | None, frame: Frame) -> Value:
        """Add what an annotation knows to a value that says little."""
        return annotations.refine(self, value, annotation, frame)

    # Small questions

    def note(
        self,
        frame: Frame,
        fact: Fact,
        token: Source | None = None,
        *,
        in_need: bool = False,
        via: ir.Position | None = None,
        via_shown: str = "",
    ) -> None:
        """Keep a fact about the current function."""
        if frame.vouched and not in_need:
            return
        key = (type(fact), fact.at, token.name if token else getattr(fact, "name", ""))
        before = frame.summary.events.get(key)
        if before is None or (before.once and not frame.once):
            frame.summary.events[key] = Event(fact, token, frame.once, in_need, via, via_shown)

    def source(self, frame: Frame, at: ir.Position, name: str, effect: Effect) -> Source:
        """Return the taint token of a place: one object for each, so that sets of them are cheap."""
        key = (frame.summary.path, at, name, effect, frame.at_import)
        found = self._sources.get(key)
        if found is None:
            span = frame.summary.span(at)
            found = self._sources[key] = Source(span, name, effect, frame.summary.function, frame.at_import)
        return found

    def site(self, frame: Frame, at: ir.Position) -> tuple[object, ...]:
        """Return what tells one allocation from another."""
        return (frame.serial, at)

    def catalogue_knows(self, name: str) -> bool:
        """Tell whether the hazard catalogue has an entry for `name` or for an object that it is a member of."""
        return self.program.knows(name)

    def is_harmless(self, name: str) -> bool:
        """Tell whether what is not in the catalogue of `name`'s package has no effect."""
        return self.program.is_harmless(name)

    def without_none(self, value: Value) -> Value:
        """Return `value` without `None` and other false literals."""
        refs = frozenset(ref for ref in value.refs if ref != NULL and not (isinstance(ref, Literal) and not ref.value))
        return Value(refs or UNKNOWN.refs, value.taint)

    def is_own(self, refs: Iterable[Ref]) -> bool:
        """Tell whether one of `refs` belongs to the engine."""
        return any(
            (isinstance(ref, External) and self.index.owns(ref.name))
            or (isinstance(ref, ExternalInstance) and self.index.owns(ref.type))
            for ref in refs
        )

    def workflow_state(self, ref: Ref) -> bool:
        """Tell whether `ref` is the receiver of a workflow class's handlers."""
        return isinstance(ref, Instance) and ref.site == () and not ref.shared
