"""Making objects: `__new__`, `__init__`, `__post_init__`, default factories and validators of dataclasses and models."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import classes, hazard_use
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.members import is_field
from holdfast_analyzer.evaluate.summary import Edge, Summary
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Class,
    External,
    ExternalInstance,
    Instance,
    Partial,
    Value,
    data,
    in_order,
    one,
)
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

FIELDS = frozenset(
    {
        "dataclasses.field",
        "pydantic.Field",
        "pydantic.fields.Field",
        "pydantic.PrivateAttr",
        "pydantic.dataclasses.Field",
        "sqlmodel.Field",
        "attr.ib",
        "attr.field",
        "attrs.field",
        "attr.Factory",
        "attrs.Factory",
        "msgspec.field",
    }
)
"""Functions that describe a field of a dataclass or model."""
FACTORY_KEYWORDS = ("default_factory", "factory")
FACTORIES = frozenset({"attr.Factory", "attrs.Factory"})
"""Those of them whose first argument makes the default."""
VALIDATORS = frozenset({"field_validator", "model_validator", "validator", "root_validator"})
"""Decorators, by their last name, of methods that the generated `__init__` of pydantic and attrs calls."""


def construct(ev: "Evaluator", cls: Class, arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> Value:
    """Make an object of a followed class."""
    if classes.is_subclass(ev, cls, classes.ENUMS):
        return one(Instance(cls), arguments.taint())
    instance = Instance(cls, ev.site(frame, at))
    inherited_effects(ev, cls, arguments, frame, at, shown)
    factories(ev, cls, instance, arguments, frame, at)
    initialiser = own_method(ev, cls, "__init__")
    if initialiser:
        found = classes.class_attribute(ev, cls, "__init__", instance)
        assert found is not None
        ev.call(found, arguments, frame, at, shown)
    else:
        keep_fields(ev, cls, instance, arguments)
        for hook in ("__post_init__", "model_post_init"):
            if own_method(ev, cls, hook):
                found = classes.class_attribute(ev, cls, hook, instance)
                assert found is not None
                ev.call(found, Arguments([UNKNOWN]) if hook == "model_post_init" else Arguments(), frame, at, hook)
    validate(ev, cls, instance, arguments, frame, at)
    if own_method(ev, cls, "__new__"):
        found = classes.class_attribute(ev, cls, "__new__", None)
        assert found is not None
        ev.call(found, arguments, frame, at, f"{shown}.__new__")
    return one(instance, arguments.taint())


def own_method(ev: "Evaluator", cls: Class, name: str) -> bool:
    """Tell whether a followed class of the hierarchy defines `name`."""
    found = classes.lookup(ev, cls, name)
    return found is not None and found[1] is not None


def inherited_effects(
    ev: "Evaluator", cls: Class, arguments: Arguments, frame: Frame, at: ir.Position, shown: str
) -> None:
    """Note what making an object does through an external base: settings classes read the environment."""
    for base in classes.linearise(ev, cls):
        if isinstance(base, External):
            hazard_use.call(ev, base.name, arguments, at, shown, frame, None)


def keep_fields(ev: "Evaluator", cls: Class, instance: Instance, arguments: Arguments) -> None:
    """Store the arguments of a generated `__init__` in the fields, in their order of definition."""
    for name, value in zip(field_names(ev, cls), arguments.positional, strict=False):
        ev.heap.set_attribute(instance, name, value)
    for name, value in arguments.keywords.items():
        ev.heap.set_attribute(instance, name, value)


def field_names(ev: "Evaluator", cls: Class) -> list[str]:
    """Return the names of a generated `__init__`'s parameters: the fields of all bases, in their order of definition."""
    names: list[str] = []
    for base in reversed(classes.linearise(ev, cls)):
        outline = ev.class_outline(base) if isinstance(base, Class) else None
        if outline is not None:
            names += [name for name in outline.attributes if name not in names]
    return names


def factories(
    ev: "Evaluator", cls: Class, instance: Instance, arguments: Arguments, frame: Frame, at: ir.Position
) -> None:
    """Call the default factories of the fields that are not given."""
    given = {*arguments.keywords}
    if not own_method(ev, cls, "__init__"):
        given.update(field_names(ev, cls)[: len(arguments.positional)])
    for base in classes.linearise(ev, cls):
        outline = ev.class_outline(base) if isinstance(base, Class) else None
        view = ev.program.view(base.path) if isinstance(base, Class) else None
        if outline is None or view is None or not isinstance(base, Class):
            continue
        for name, regions in outline.attributes.items():
            if name in given or not view.mentions_factory(regions):
                continue
            value = classes.declared(ev, base, name)
            for ref in in_order(value.refs):
                if isinstance(ref, Partial) and is_field(ref):
                    region = regions[-1]
                    place = (region.line, region.column + 1, region.end_line, region.column + 1 + len(name))
                    made = call_factory(ev, ref, base, name, place, frame, at)
                    ev.heap.set_attribute(instance, name, made)


def call_factory(
    ev: "Evaluator", field: Partial, cls: Class, name: str, place: ir.Position, frame: Frame, at: ir.Position
) -> Value:
    """Call one default factory, in a summary of its own that stands for the generated `__init__`."""
    factory = factory_of(field)
    if factory is None:
        return NOTHING
    view = ev.program.view(cls.path)
    assert view is not None
    summary = Summary(next(ev.serials), view.path, f"{view.name}:{cls.qualname}", place[0], place[1], view.in_project)
    inner = Frame(view, summary, owner=cls, qualname=cls.qualname, serial=summary.number)
    inner.once, inner.vouched = frame.once, frame.vouched
    value = ev.call(factory, Arguments(), inner, place, f"{name}=…")
    frame.summary.edges.setdefault((at, cls, name), Edge(at, cls.qualname, summary))
    if summary.durable:
        frame.summary.durable = True
    return value


def factory_of(field: Partial) -> Value | None:
    """Return the callable that makes a field's default: `field(factory=f)`, `Factory(f)` or `ib(default=Factory(f))`."""
    for key, value in field.keywords:
        if key in FACTORY_KEYWORDS:
            return value
        nested = [ref for ref in value.refs if key == "default" and isinstance(ref, Partial) and is_field(ref)]
        if nested:
            return factory_of(nested[0])
    return None


def validate(
    ev: "Evaluator", cls: Class, instance: Instance, arguments: Arguments, frame: Frame, at: ir.Position
) -> None:
    """Call the validators of a model, for what they do: which field gets what they return is not followed."""
    for base in classes.linearise(ev, cls):
        view = ev.program.view(base.path) if isinstance(base, Class) else None
        outline = ev.class_outline(base) if isinstance(base, Class) else None
        if outline is None or view is None or not view.methods_under(VALIDATORS):
            continue
        for name, qualnames in outline.methods.items():
            if not view.methods_under(VALIDATORS).isdisjoint(qualnames):
                found = classes.class_attribute(ev, cls, name, instance)
                if found is not None:
                    given = Arguments(rest=data("object", arguments.taint()), open_ended=True)
                    ev.call(found, given, frame, at, name)


def field(name: str, arguments: Arguments) -> Value:
    """Return what a field function gives: a marker that keeps its keywords."""
    keywords = tuple(sorted(arguments.keywords.items(), key=lambda pair: pair[0]))
    if arguments.positional and name in FACTORIES:
        keywords += (("factory", arguments.positional[0]),)
    elif arguments.positional and "default" not in arguments.keywords:
        keywords += (("default", arguments.positional[0]),)
    return one(Partial(External("dataclasses.field"), (), keywords))


def external(ev: "Evaluator", name: str) -> Value:
    """Return an object of an external class, or plain data."""
    last = name.rpartition(".")[2]
    if last[:1].isupper() or (last.startswith("_") and last[1:2].isupper()):
        return one(ExternalInstance(name))
    return data("object")
