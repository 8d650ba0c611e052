"""Attributes of every kind of value, and what reading a name means."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import classes, special_methods
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.closures import plain_key
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    Class,
    Container,
    Data,
    External,
    ExternalInstance,
    Function,
    Instance,
    Literal,
    Module,
    Partial,
    Ref,
    Super,
    Text,
    Unknown,
    Value,
    data,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown as text_of

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

FUNCTION_DATA = frozenset(dir(plain_key))
"""What every function has."""


def attribute(
    ev: "Evaluator", base: Value, name: str, frame: Frame, at: ir.Position, shown: ir.Expr | None = None
) -> Value:
    """Return `base.name`; properties and `__getattr__` of followed classes are run."""
    if len(base.refs) == 1:
        (only,) = base.refs
        return member(ev, only, name, frame, at, shown).tainted(base.taint)
    result = NOTHING
    for ref in in_order(base.refs):
        result = join(result, member(ev, ref, name, frame, at, shown))
    return result.tainted(base.taint)


def member(ev: "Evaluator", ref: Ref, name: str, frame: Frame, at: ir.Position, shown: ir.Expr | None) -> Value:
    """Return one object's attribute."""
    kind = type(ref)
    if kind is Instance:
        return of_instance(ev, ref, name, frame, at)  # type: ignore[arg-type]
    if kind in DATA:
        return of_data(ref, name)
    if isinstance(ref, External):
        return external(ev, f"{ref.name}.{name}")
    if isinstance(ref, ExternalInstance):
        return external(ev, f"{ref.type}.{name}", shared=ref.shared)
    if isinstance(ref, Module):
        view = ev.program.view(ref.path)
        found = ev.module_attribute(view, name) if view is not None else None
        if found is None:
            return one(Unknown(f"module `{view.name if view else ref.path}` has no `{name}`"))
        return found
    if isinstance(ref, Class):
        return special_methods.described(ev, of_class(ev, ref, name), ref, frame, at)
    if isinstance(ref, Super):
        return of_super(ev, ref, name, frame, at)
    if isinstance(ref, Function):
        return of_function(ev, ref, name)
    if isinstance(ref, Bound | Partial):
        return data("object")
    return one(Unknown(unknown_member(ref, name, shown)))


DATA = frozenset({Container, Data, Literal, Text})


def unknown_member(ref: Ref, name: str, shown: ir.Expr | None) -> str:
    """Say why a member of an unknown value is unknown."""
    if isinstance(ref, Unknown) and ref.why and not ref.why.startswith(("the type of", "it is a parameter")):
        return ref.why
    base = text_of(shown.base) if isinstance(shown, ir.Attribute) else "its owner"
    return f"the type of `{base}` is not known"


LONGEST_PATH = 8
"""A name reached over more members than this is data: the catalogue knows none that lies so deep."""


def external(ev: "Evaluator", name: str, shared: str = "") -> Value:
    """Return an external name, or the object that the engine's profile says it is."""
    if name.count(".") > LONGEST_PATH:
        return one(
            Data("object") if ev.is_harmless(name) else Unknown(f"nothing is known of `{name.partition('.')[0]}`")
        )
    kind = ev.index.profile.instances.get(name)
    if kind is not None:
        return one(ExternalInstance(kind, shared))
    known = ev.program.knowledge.attribute_type(name)
    if known:
        return typed(known)
    return one(External(name))


def typed(name: str) -> Value:
    """Return an object of the dotted type `name`."""
    kind = name.removeprefix("builtins.")
    if name.startswith("builtins.") or kind in ("object", "str", "int"):
        return data(kind)
    return one(ExternalInstance(name))


def of_instance(ev: "Evaluator", ref: Instance, name: str, frame: Frame, at: ir.Position) -> Value:
    """Return an attribute of an object of a followed class: what was assigned, else what the class says."""
    if name == "__class__":
        return one(ref.cls)
    if name == "__dict__":
        return one(Container("dict", ("attributes", ref)))
    found = classes.lookup(ev, ref.cls, name)
    method = found[1] if found is not None else None
    if method is not None and found is not None and classes.is_abstract(ev, ref.cls, found[0], method):
        return implemented(ev, ref, name, frame, at)
    held = classes.instance_attribute(ev, ref, name)
    from_class = classes.class_attribute(ev, ref.cls, name, ref)
    if method is not None and any(text in classes.PROPERTY_DECORATORS for text in method.decorators):
        assert from_class is not None
        if ref.shared and any("cached_property" in text for text in method.decorators):
            keep_memoised(ev, from_class, name, frame, at)
        return ev.call(from_class, Arguments(), frame, at, f".{name}")
    if held is not None and held is not NOTHING:
        return join(held, from_class) if from_class is not None and method is None and not held.refs else held
    if from_class is not None:
        return special_methods.described(ev, without_field_defaults(ev, from_class), ref, frame, at)
    getter = classes.class_attribute(ev, ref.cls, "__getattr__", ref)
    if getter is not None and classes.lookup(ev, ref.cls, "__getattr__") is not None:
        owner = classes.lookup(ev, ref.cls, "__getattr__")
        if owner is not None and owner[1] is not None:
            return ev.call(getter, Arguments([one(Literal("str", name))]), frame, at, f".{name}")
    if held is not None:
        return UNKNOWN
    return one(Unknown(f"nothing assigns `{name}` on `{ref.cls.qualname}`"))


def implemented(ev: "Evaluator", ref: Instance, name: str, frame: Frame, at: ir.Position) -> Value:
    """Return what an abstract member may be: that of each class at hand that implements it."""
    result = NOTHING
    for cls in classes.implementations(ev, ref.cls, name, frame.module):
        result = join(result, of_instance(ev, Instance(cls, ref.site, ref.shared), name, frame, at))
    if result is NOTHING:
        return one(Unknown(f"`{ref.cls.qualname}.{name}` is abstract, and no class at hand implements it"))
    return result


def keep_memoised(ev: "Evaluator", getter: Value, name: str, frame: Frame, at: ir.Position) -> None:
    """Note a cached property of an object that outlives the run (406)."""
    from holdfast_analyzer.evaluate.calling import memoised

    for found in in_order(getter.refs):
        if isinstance(found, Bound) and isinstance(found.function, Function):
            memoised(ev, found.function, Arguments([one(found.receiver)]), frame, at, "cached_property")


def without_field_defaults(ev: "Evaluator", value: Value) -> Value:
    """Replace `field(default=…)` markers by what they default to."""
    for ref in value.refs:
        if type(ref) is Partial and is_field(ref):
            break
    else:
        return value
    result = Value(
        frozenset(ref for ref in value.refs if not (isinstance(ref, Partial) and is_field(ref))), value.taint
    )
    for ref in in_order(value.refs):
        if isinstance(ref, Partial) and is_field(ref):
            keywords = dict(ref.keywords)
            result = join(result, keywords.get("default", UNKNOWN))
    return result


def is_field(ref: Partial) -> bool:
    """Tell whether a `Partial` stands for a dataclass or model field."""
    return isinstance(ref.target, External) and ref.target.name == "dataclasses.field"


MODEL_CONSTRUCTORS = frozenset(
    {"model_validate", "model_validate_json", "model_validate_strings", "parse_obj", "from_orm"}
)
"""Class methods of model libraries that make an object: default factories run as they do in a call of the class."""


def of_class(ev: "Evaluator", ref: Class, name: str) -> Value:
    """Return an attribute of a followed class."""
    if name in MODEL_CONSTRUCTORS and classes.is_subclass(ev, ref, classes.MODEL_BASES):
        return one(Partial(ref, (), ()))
    found = classes.class_attribute(ev, ref, name, None)
    if found is not None:
        return without_field_defaults(ev, found)
    held = ev.heap.attribute(Instance(ref, ("class",)), name)
    if held is not None:
        return held
    if name.startswith("__") or classes.is_subclass(ev, ref, classes.ENUMS):
        return data("object")
    return one(Unknown(f"class `{ref.qualname}` has no `{name}` that analysis can see"))


def of_super(ev: "Evaluator", ref: Super, name: str, frame: Frame, at: ir.Position) -> Value:
    """Return an attribute found behind `ref.cls` in the hierarchy of the receiver."""
    start = ref.receiver.cls if isinstance(ref.receiver, Instance) else ref.cls
    order = classes.linearise(ev, start)
    behind = order[order.index(ref.cls) + 1 :] if ref.cls in order else classes.linearise(ev, ref.cls)[1:]
    for base in behind:
        if isinstance(base, External):
            return classes.external_member(ev, base, name, ref.receiver)
        outline = ev.class_outline(base)
        if outline is not None and (name in outline.methods or name in outline.attributes):
            found = classes.class_attribute(ev, base, name, ref.receiver)
            if found is not None:
                return found
    return data("object")


def of_function(ev: "Evaluator", ref: Function, name: str) -> Value:
    """Return an attribute of a function: what code sets on it, or an engine's handle on a workflow or step."""
    held = ev.function_attributes.get((plain_key(ref), name))
    if held is not None:
        return held
    if name == "__wrapped__" and ref.marked:
        return one(Function(ref.path, ref.qualname, ref.at, ref.frame, owner=ref.owner))
    handle = ev.index.handle_of(ref.marked_by, name) if ref.marked else None
    if handle is not None:
        return one(Bound(External(handle), ref))
    if ref.marked and not name.startswith("__"):
        return one(External(f"{ref.marked_by}().{name}"))
    return data("object") if name in FUNCTION_DATA else one(Unknown(f"nothing in sight sets `{name}` on a function"))


def of_data(ref: Ref, name: str) -> Value:
    """Return a method of built-in data."""
    if isinstance(ref, Container | Literal):
        kind = ref.kind
    elif isinstance(ref, Text):
        kind = "str"
    else:
        assert isinstance(ref, Data)
        kind = "str" if ref.type == "literal str" else ref.type
    return one(Bound(External(f"builtins.{kind}.{name}"), ref))


def entered(ev: "Evaluator", ref: External | ExternalInstance) -> Value:
    """Return what `with ref as x` binds: most context managers return themselves."""
    name = ref.name if isinstance(ref, External) else ref.type
    kind = ev.program.knowledge.entered_type(name)
    return typed(kind) if kind else one(ref)


def caught(ev: "Evaluator", kind: ir.Expr | None, frame: Frame) -> Value:
    """Return an exception of the kind that a handler names."""
    result = NOTHING
    value = ev.flattened(ev.value(kind, frame)) if kind is not None else one(External("builtins.BaseException"))
    for ref in in_order(value.refs):
        if isinstance(ref, Class):
            result = join(result, one(Instance(ref)))
        elif isinstance(ref, External):
            result = join(
                result, one(ExternalInstance(ref.name) if not ref.name.startswith("builtins.") else Data("object"))
            )
        else:
            result = join(result, UNKNOWN)
    return result if result is not NOTHING else UNKNOWN
