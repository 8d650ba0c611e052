"""What annotations say of a value's type."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NONE,
    NOTHING,
    UNKNOWN,
    Class,
    Container,
    Data,
    External,
    ExternalInstance,
    Instance,
    Literal,
    Unknown,
    Value,
    data,
    join,
    one,
)
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

TRANSPARENT = frozenset(
    {"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "Awaitable", "Coroutine"}
)
UNIONS = frozenset({"Union", "Optional"})
SEQUENCES = {
    "list": "list",
    "List": "list",
    "Sequence": "list",
    "MutableSequence": "list",
    "Iterable": "list",
    "Iterator": "generator",
    "AsyncIterator": "generator",
    "AsyncIterable": "generator",
    "Generator": "generator",
    "AsyncGenerator": "generator",
    "Collection": "list",
    "tuple": "tuple",
    "Tuple": "tuple",
    "set": "set",
    "Set": "set",
    "AbstractSet": "set",
    "MutableSet": "set",
    "frozenset": "frozenset",
    "FrozenSet": "frozenset",
    "deque": "list",
    "Deque": "list",
}
MAPPINGS = frozenset(
    {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict", "Counter"}
)
MOST_HOPS = 8
"""A type alias is followed through so many re-exports."""
PLAIN = frozenset({"str", "int", "float", "bool", "bytes", "complex", "object", "bytearray", "memoryview", "range"})
TYPING_MODULES = ("typing.", "typing_extensions.", "collections.abc.", "collections.", "builtins.")


def instance_of(ev: "Evaluator", node: ir.Expr | None, frame: Frame) -> Value:
    """Return a value of the annotated type; unknown where the annotation tells nothing."""
    if node is None:
        return UNKNOWN
    if isinstance(node, ir.Constant):
        return NONE if node.kind == "none" else UNKNOWN
    if isinstance(node, ir.Operation) and node.operator == "|":
        return join(*(instance_of(ev, operand, frame) for operand in node.operands))
    if isinstance(node, ir.Subscript):
        return generic(ev, node, frame)
    if isinstance(node, ir.Name):
        alias = type_alias(ev, node.id, frame)
        if alias is not None:
            return instance_of(ev, alias[0], alias[1])
    if isinstance(node, ir.Name | ir.Attribute):
        return named(ev, quiet(ev, node, frame), node, frame)
    return UNKNOWN


def type_alias(ev: "Evaluator", name: str, frame: Frame) -> tuple[ir.Expr, Frame] | None:
    """Return the expression that a global such as `Tills = list[Till]` stands for, with the frame to read it in."""
    view = frame.module
    for _ in range(MOST_HOPS):
        imports = view.imports.get(name, ())
        if not imports:
            break
        source = ev.program.find(view, imports[0].module, imports[0].level) if imports[0].name else None
        if source is None or isinstance(source, str):
            return None
        view, name = source, imports[0].name
    regions = view.outline.bindings.get(name, ())
    if len(regions) != 1:
        return None
    for statement in view.statements(regions[0]):
        if isinstance(statement, ir.Assign | ir.AnnotatedAssign):
            value = statement.value
            union = isinstance(value, ir.Operation) and value.operator == "|"
            if value is not None and (union or isinstance(value, ir.Subscript)) and name not in names_in(value):
                return value, ev.module_frame(view, regions[0].line)
    return None


def names_in(node: ir.Expr) -> set[str]:
    """Return the bare names of a type expression: one that names itself is recursive, and says little."""
    if isinstance(node, ir.Name):
        return {node.id}
    if isinstance(node, ir.Subscript):
        return names_in(node.base) | names_in(node.index)
    if isinstance(node, ir.Operation):
        return set().union(*(names_in(operand) for operand in node.operands))
    if isinstance(node, ir.Display):
        return set().union(*(names_in(item) for item in node.items))
    return set()


def quiet(ev: "Evaluator", node: ir.Expr, frame: Frame) -> Value:
    """Evaluate a dotted name without noting anything: an annotation is no use of it."""
    if isinstance(node, ir.Name):
        return ev.name(node.id, frame, node.at)
    if isinstance(node, ir.Attribute):
        return ev.attribute(quiet(ev, node.base, frame), node.name, frame, node.at)
    return UNKNOWN


def short_name(ref: object) -> str:
    """Return the last part of a typing construct's name, or ""."""
    if isinstance(ref, External):
        for prefix in TYPING_MODULES:
            if ref.name.startswith(prefix):
                return ref.name.removeprefix(prefix)
    return ""


def named(ev: "Evaluator", value: Value, node: ir.Expr, frame: Frame) -> Value:
    """Return an instance of a named type."""
    result = NOTHING
    for ref in value.refs:
        name = short_name(ref)
        if isinstance(ref, Class):
            result = join(result, one(Instance(ref)))
        elif name in PLAIN:
            result = join(result, data(name))
        elif name in MAPPINGS:
            result = join(result, one(Container("dict", ("annotation", frame.serial, node.at))))
        elif name in SEQUENCES:
            result = join(result, one(Container(SEQUENCES[name], ("annotation", frame.serial, node.at))))
        elif name == "Self" and frame.owner is not None:
            result = join(result, one(Instance(frame.owner)))
        elif isinstance(ref, External) and not name and not ref.name.startswith("typing"):
            result = join(result, one(ExternalInstance(ref.name)))
        else:
            result = join(result, UNKNOWN)
    return result if result is not NOTHING else UNKNOWN


def generic(ev: "Evaluator", node: ir.Subscript, frame: Frame) -> Value:
    """Return a value of a subscripted type."""
    base = quiet(ev, node.base, frame)
    names = {short_name(ref) for ref in base.refs}
    inner = node.index.items if isinstance(node.index, ir.Display) and node.index.kind == "tuple" else [node.index]
    if names & UNIONS:
        kinds = [instance_of(ev, part, frame) for part in inner]
        return join(*kinds, NONE) if "Optional" in names else join(*kinds)
    if names & {"Coroutine", "Generator", "AsyncGenerator"} and "Coroutine" in names:
        return instance_of(ev, inner[-1], frame)
    if names & TRANSPARENT:
        return instance_of(ev, inner[0], frame)
    if names & {"type", "Type"}:
        return quiet(ev, inner[0], frame)
    for name in sorted(names):
        if name in MAPPINGS:
            ref = Container("dict", ("annotation", frame.serial, node.at))
            ev.heap.contents(ref).elements = instance_of(ev, inner[-1], frame)
            ev.heap.contents(ref).keys = instance_of(ev, inner[0], frame)
            return one(ref)
        if name in SEQUENCES:
            ref = Container(SEQUENCES[name], ("annotation", frame.serial, node.at))
            parts = [part for part in inner if not (isinstance(part, ir.Constant) and part.kind == "ellipsis")]
            if SEQUENCES[name] == "generator":
                parts = parts[:1]
            ev.heap.contents(ref).elements = join(*(instance_of(ev, part, frame) for part in parts))
            return one(ref)
    if "Literal" in names:
        return data("str")
    if "Callable" in names:
        return UNKNOWN
    return named(ev, base, node.base, frame)


def says_little(value: Value) -> bool:
    """Tell whether a value's type is not known."""
    return not value.refs or all(
        isinstance(ref, Unknown) or ref == Data("object") or (isinstance(ref, Literal) and ref.kind == "none")
        for ref in value.refs
    )


def is_harmless_result(ev: "Evaluator", value: Value) -> bool:
    """Tell whether a value is what a harmless function returned, of which only that is known: `json.loads()`."""
    return all(
        isinstance(ref, ExternalInstance)
        and ref.type.endswith("()")
        and ev.is_harmless(ref.type)
        and not ev.catalogue_knows(ref.type)
        and not ev.index.owns(ref.type)
        for ref in value.refs
    )


def fill_empty(ev: "Evaluator", value: Value, annotation: ir.Expr, frame: Frame) -> None:
    """Let an empty container hold what its annotation says: `queues: dict[str, Queue] = {}`."""
    empty = [ref for ref in value.refs if isinstance(ref, Container) and ev.heap.is_empty(ref)]
    if not empty:
        return
    for declared in instance_of(ev, annotation, frame).refs:
        for ref in empty:
            if isinstance(declared, Container) and declared.kind == ref.kind:
                held = ev.heap.contents(declared)
                ev.heap.contents(ref).elements = held.elements
                ev.heap.contents(ref).keys = held.keys


def refine(ev: "Evaluator", value: Value, annotation: ir.Expr | None, frame: Frame) -> Value:
    """Add what an annotation knows to a value that says little."""
    if annotation is None:
        return value
    if not (says_little(value) or is_harmless_result(ev, value)):
        fill_empty(ev, value, annotation, frame)
        return value
    declared = instance_of(ev, annotation, frame)
    if says_little(declared) and not any(isinstance(ref, Data) for ref in declared.refs):
        return value
    return Value(declared.refs, value.taint | declared.taint)
