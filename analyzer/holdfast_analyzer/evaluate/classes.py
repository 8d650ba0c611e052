"""Classes: bases, members, and what instances hold."""

from typing import TYPE_CHECKING

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
    Ref,
    Unknown,
    Value,
    in_order,
    join,
    one,
)
from holdfast_analyzer.outline.shape import ClassOutline, FunctionOutline
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator
    from holdfast_analyzer.module_view import ModuleView

PROPERTY_DECORATORS = frozenset({"property", "cached_property", "functools.cached_property", "abc.abstractproperty"})
ABSTRACT = frozenset({"abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod"})
MODEL_BASES = frozenset({"pydantic.BaseModel", "pydantic_settings.BaseSettings", "sqlmodel.SQLModel", "msgspec.Struct"})
"""Bases whose generated `__init__` copies a mutable default for each object."""
LONGEST_HIERARCHY = 64
ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})


def linearise(ev: "Evaluator", cls: Class) -> tuple[Class | External, ...]:
    """Return `cls` and its bases, nearest first, each once; external bases as their dotted names.

    Left-to-right depth-first with the last occurrence kept, which agrees with C3 on every hierarchy that C3 accepts
    and needs no failure case for those that it does not.
    """
    known = ev.linearisations.get(cls)
    if known is not None:
        return known
    ev.linearisations[cls] = (cls,)
    order: list[Class | External] = [cls]
    ev.linearising += 1
    for base in bases(ev, cls):
        chain = linearise(ev, base) if isinstance(base, Class) else (base,)
        order = [entry for entry in order if entry not in chain[1:] or entry is cls] + [
            entry for entry in chain if entry not in order
        ]
    ev.linearising -= 1
    result = tuple(order[:LONGEST_HIERARCHY])
    ev.linearisations[cls] = result
    return result


def bases(ev: "Evaluator", cls: Class) -> list[Class | External]:
    """Return the direct bases that could be resolved."""
    if cls.frame is not None:
        return list(ev.local_bases.get(cls, ()))
    outline = class_outline(ev, cls)
    view = ev.program.view(cls.path)
    found: list[Class | External] = []
    if outline is None or view is None:
        return found
    for text in outline.bases:
        for ref in in_order(ev.dotted(view, text, outline.parent).refs) if text else ():
            if isinstance(ref, Class | External):
                found.append(ref)
    return found


def class_outline(ev: "Evaluator", cls: Class) -> ClassOutline | None:
    """Return the outline of a class, nested and local ones included."""
    view = ev.program.view(cls.path)
    return view.outline.classes.get(cls.qualname) if view else None


def is_subclass(ev: "Evaluator", cls: Class, names: frozenset[str] | set[str]) -> str:
    """Return the first external base of `cls` (at any depth) among `names`, or ""."""
    for base in linearise(ev, cls):
        if isinstance(base, External) and base.name in names:
            return base.name
    return ""


def lookup(ev: "Evaluator", cls: Class, name: str) -> tuple[Class | External, FunctionOutline | None] | None:
    """Find a member along the hierarchy: its class, and its function if it is a method. None if no class has it."""
    key = (cls, name)
    if key in ev.found_members:
        return ev.found_members[key]
    found = _lookup(ev, cls, name)
    if not ev.linearising:
        ev.found_members[key] = found
    return found


def _lookup(ev: "Evaluator", cls: Class, name: str) -> tuple[Class | External, FunctionOutline | None] | None:
    for base in linearise(ev, cls):
        if isinstance(base, External):
            if base.name not in ("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "enum.Enum"):
                return base, None
            continue
        outline = class_outline(ev, base)
        if outline is None:
            continue
        methods = outline.methods.get(name)
        if methods:
            view = ev.program.view(base.path)
            assert view is not None
            return base, view.outline.functions.get(best_method(view.outline.functions, methods))
        if name in outline.attributes or f"{outline.qualname}.{name}" in ev.program.nested_classes(base.path):
            return base, None
    return None


def best_method(functions: dict[str, FunctionOutline], qualnames: list[str]) -> str:
    """Choose among several definitions of one method: the getter of a property, else the last (after overloads)."""
    for qualname in qualnames:
        if any(text in PROPERTY_DECORATORS for text in functions[qualname].decorators):
            return qualname
    return qualnames[-1]


def is_abstract(ev: "Evaluator", cls: Class, owner: Class | External, method: FunctionOutline) -> bool:
    """Tell whether `cls` gets from `owner` a method that only says what others have to offer."""
    key = (cls == owner, owner, method.qualname)
    known = ev.abstract_methods.get(key)
    if known is None:
        known = ev.abstract_methods[key] = _is_abstract(ev, cls, owner, method)
    return known


def _is_abstract(ev: "Evaluator", cls: Class, owner: Class | External, method: FunctionOutline) -> bool:
    if any(text.rpartition(".")[2] in ABSTRACT for text in method.decorators):
        return True
    if not isinstance(owner, Class):
        return False
    outline = class_outline(ev, owner)
    if cls == owner and outline is not None and any(text.rpartition(".")[2] == "Protocol" for text in outline.bases):
        return True
    view = ev.program.view(owner.path)
    if view is None or "NotImplementedError" not in view.source.lines(method.region.line, method.region.end_line):
        return False
    body = view.function_body(method)
    return body is not None and len(body.body) == 1 and raises_not_implemented(body.body[0])


def raises_not_implemented(statement: ir.Stmt) -> bool:
    """Tell whether a statement is `raise NotImplementedError`, with or without a message."""
    if not isinstance(statement, ir.Raise) or statement.exception is None:
        return False
    raised = statement.exception
    name = raised.function if isinstance(raised, ir.Call) else raised
    return isinstance(name, ir.Name) and name.id == "NotImplementedError"


def implementations(ev: "Evaluator", cls: Class, name: str, module: "ModuleView") -> list[Class]:
    """Return the classes at hand that derive from `cls` and implement `name`.

    At hand are the classes of the module that defines `cls`, those of `module`, where the object is used, and those of
    the modules that it imports.
    """
    key = (cls, name, module.path)
    known = ev.implementations.get(key)
    if known is not None:
        return known
    home = ev.program.view(cls.path)
    views = {view.path: view for view in (home, module) if view is not None}
    for bindings in module.imports.values():
        for binding in bindings:
            source = ev.program.find(module, binding.module, binding.level)
            if source is not None and not isinstance(source, str) and source.in_project:
                views.setdefault(source.path, source)
    found: list[Class] = []
    for view in views.values():
        for qualname in view.outline.classes if "<locals>" not in cls.qualname else ():
            derived = Class(view.path, qualname)
            if "<locals>" in qualname or derived == cls or cls not in linearise(ev, derived):
                continue
            member = lookup(ev, derived, name)
            if member is not None and member[1] is not None and not is_abstract(ev, derived, member[0], member[1]):
                found.append(derived)
    ev.implementations[key] = found
    return found


def class_attribute(ev: "Evaluator", cls: Class, name: str, receiver: Ref | None) -> Value | None:
    """Return the value of `cls.name`, or of `receiver.name` where the class decides; None where no class has it.

    A property is not called here: it comes back as `Bound`, and `Evaluator.attribute` calls it.
    """
    found = lookup(ev, cls, name)
    if found is None:
        return None
    owner, method = found
    if isinstance(owner, External):
        return external_member(ev, owner, name, receiver)
    if method is None:
        return declared(ev, owner, name)
    view = ev.program.view(owner.path)
    assert view is not None
    value = ev.function_value(view, method, owner)
    return bind(value, method, cls, receiver)


def external_member(ev: "Evaluator", base: External, name: str, receiver: Ref | None) -> Value:
    """Return a member that an external base class provides."""
    if ev.catalogue_knows(f"{base.name}.{name}") or ev.is_harmless(base.name) or ev.index.owns(base.name):
        return one(External(f"{base.name}.{name}"))
    if name == "__init__":
        return one(Data("object"))
    return one(Unknown(f"`{name}` may come from `{base.name}`, whose source is not at hand"))


def bind(value: Value, method: FunctionOutline, cls: Class, receiver: Ref | None) -> Value:
    """Bind the functions of a method's value to its receiver, as the descriptor protocol would."""
    if "staticmethod" in method.decorators:
        return value
    target: Ref | None = cls if "classmethod" in method.decorators or method.qualname.endswith(".__new__") else receiver
    if target is None:
        return value
    refs = frozenset(Bound(ref, target) if isinstance(ref, Function) else ref for ref in value.refs)
    return Value(refs, value.taint)


def declared(ev: "Evaluator", cls: Class, name: str) -> Value:
    """Return what the class body assigns to, or annotates for, `name`; nested classes too."""
    key = ("class", cls, name)
    if key in ev.member_values:
        return ev.member_values[key]
    ev.member_values[key] = NOTHING
    view = ev.program.view(cls.path)
    outline = class_outline(ev, cls)
    if view is None or outline is None:
        return UNKNOWN
    nested = f"{outline.qualname}.{name}"
    if nested in view.outline.classes:
        value = one(Class(cls.path, nested, cls.frame))
    else:
        value = NOTHING
        for region in outline.attributes.get(name, ()):
            value = join(value, ev.class_statement(view, cls, region, name))
        if is_subclass(ev, cls, ENUMS) and not name.startswith("_"):
            value = enum_member(ev, cls, name, value)
        statements = [statement for region in outline.attributes[name] for statement in view.statements(region)]
        if any(map(gives_value, statements)) and not is_subclass(ev, cls, MODEL_BASES):
            value = share(ev, value, f"{outline.qualname}.{name}")
    ev.member_values[key] = value
    return value


def enum_member(ev: "Evaluator", cls: Class, name: str, value: Value) -> Value:
    """Return the member of an enumeration that the class body's `name = value` makes."""
    member = Instance(cls, ("member", name))
    for attribute in ("value", "_value_"):
        ev.heap.set_attribute(member, attribute, value)
    for attribute in ("name", "_name_"):
        ev.heap.set_attribute(member, attribute, one(Literal("str", name)))
    return one(member, value.taint)


def gives_value(statement: ir.Stmt) -> bool:
    """Tell whether a statement of a class body makes an object, and does not only annotate or assign a constant."""
    value = getattr(statement, "value", None)
    return value is not None and not isinstance(value, ir.Constant)


DEEPEST_SHARED = 3
"""So many levels of what a shared object holds are shared with it."""


def share(ev: "Evaluator", value: Value, name: str, depth: int = DEEPEST_SHARED) -> Value:
    """Mark mutable objects of `value`, and what they hold, as kept alive by the binding `name`."""
    refs: set[Ref] = set()
    for ref in in_order(value.refs):
        if isinstance(ref, Container) and ref.kind in ("list", "dict", "set") and not ref.shared:
            shared: Container | Instance = Container(ref.kind, ref.site, name)
            ev.heap.alias(ref, shared)
            share_contents(ev, shared, name, depth)
            refs.add(shared)
        elif isinstance(ref, Instance) and not ref.shared and ref.site[:1] != ("member",):
            shared = Instance(ref.cls, ref.site, name)
            ev.heap.alias(ref, shared)
            share_contents(ev, shared, name, depth)
            refs.add(shared)
        elif isinstance(ref, ExternalInstance) and not ref.shared and depth == DEEPEST_SHARED:
            refs.add(ExternalInstance(ref.type, name))
        else:
            refs.add(ref)
    return value if refs == value.refs else Value(frozenset(refs), value.taint)


def share_contents(ev: "Evaluator", ref: Container | Instance, name: str, depth: int) -> None:
    """Mark what an object holds as kept alive with it; what objects in its attributes are made of is their own matter."""
    if not depth:
        return
    contents = ev.heap.contents(ref)
    contents.elements = share(ev, contents.elements, name, depth - 1)
    for key, item in list(contents.items.items()):
        if isinstance(ref, Container) or not any(isinstance(held, Instance) for held in item.refs):
            contents.items[key] = share(ev, item, name, depth - 1)


def instance_attribute(ev: "Evaluator", instance: Instance, name: str) -> Value | None:
    """Return what `instance.name` may hold by assignment through `self`, or None when nothing assigns it.

    What the heap knows of this very object comes first. Otherwise every `self.name = …` of the hierarchy counts, read
    as if its method had been called with unknown arguments.
    """
    held = ev.heap.attribute(instance, name)
    if held is not None and instance.site:
        return held
    found = held or NOTHING
    assigned = held is not None
    for base in linearise(ev, instance.cls):
        if isinstance(base, External):
            continue
        outline = class_outline(ev, base)
        if outline is None or name not in outline.self_assignments:
            continue
        assigned = True
        found = join(found, assigned_through_self(ev, base, outline, name))
        break
    return found if assigned else None


def assigned_through_self(ev: "Evaluator", cls: Class, outline: ClassOutline, name: str) -> Value:
    """Join the values of every `self.name = …` in the methods of `cls`."""
    key = ("self", cls, name)
    if key in ev.member_values:
        return ev.member_values[key]
    ev.member_values[key] = NOTHING
    view = ev.program.view(cls.path)
    assert view is not None
    value = NOTHING
    for assignment in outline.self_assignments[name]:
        value = join(value, ev.self_statement(view, cls, assignment, name))
    ev.member_values[key] = value
    return value
