"""Items, iteration and mappings."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import special_methods
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.heap import Contents
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Class,
    Container,
    Data,
    External,
    ExternalInstance,
    Instance,
    Literal,
    Ref,
    Text,
    Value,
    data,
    in_order,
    join,
    one,
    without_identity,
)
from holdfast_analyzer.summarize import ir
from holdfast_rules.effect import Effect

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator


def item(ev: "Evaluator", base: Value, index: Value, frame: Frame, at: ir.Position) -> Value:
    """Return `base[index]`."""
    result = NOTHING
    for ref in in_order(base.refs):
        if isinstance(ref, Container) and ref.kind in ("list", "tuple") and is_slice(index):
            part = Container(ref.kind, (*ev.site(frame, at), "slice"))
            ev.heap.add(part, ev.heap.all_items(ref))
            result = join(result, one(part))
        elif isinstance(ref, Container):
            got = ev.heap.item(ref, index)
            known = got is not NOTHING or (ref.kind == "dict" and bool(ev.heap.contents(ref).items))
            result = join(result, got if known else UNKNOWN)
        elif isinstance(ref, Instance):
            name = "__getitem__" if not special_methods.defines(ev, ref.cls, "__missing__") else "__missing__"
            result = join(result, ev.call_method(one(ref), name, Arguments([index]), frame, at, missing=UNKNOWN))
        elif isinstance(ref, External) and ev.program.read_hazards(ref.name):
            result = join(result, data("str"))
        elif isinstance(ref, Class) or (isinstance(ref, External) and is_type(ref.name)):
            result = join(result, one(ref))
        elif isinstance(ref, External):
            within = data("object") if ev.is_harmless(ref.name) else one(External(f"{ref.name}.{SUBSCRIPT}"))
            result = join(result, collection_of(ev, ref.name) or within)
        elif isinstance(ref, ExternalInstance):
            result = join(result, collection_of(ev, ref.type) or one(item_of(ref)))
        elif isinstance(ref, Data | Literal | Text):
            result = join(result, data("str") if is_string(ref) else data("object"))
        else:
            result = join(result, one(ref))
    if result is NOTHING:
        result = UNKNOWN if base.refs else NOTHING
    by_key = ev.heap.is_key(index) and not any(getattr(ref, "kind", "") in ("list", "tuple") for ref in base.refs)
    return result.tainted(base.taint | (without_identity(index.taint) if by_key else index.taint))


def is_type(name: str) -> bool:
    """Tell whether an external name is a type, whose subscript is that type again: `Queue[int]`, `dict[str, int]`."""
    last = name.rpartition(".")[2]
    return last[:1].isupper() or name in BUILTIN_TYPES


BUILTIN_TYPES = frozenset(f"builtins.{name}" for name in ("dict", "frozenset", "list", "set", "tuple", "type"))


def is_slice(index: Value) -> bool:
    """Tell whether an index may be a slice: the lowering shows one as a tuple."""
    return any(isinstance(ref, Container) and ref.kind == "tuple" for ref in index.refs)


def is_string(ref: Data | Literal | Text) -> bool:
    """Tell whether `ref` is text."""
    return isinstance(ref, Text) or getattr(ref, "kind", getattr(ref, "type", "")) in ("str", "literal str")


def iterate(ev: "Evaluator", value: Value, frame: Frame, at: ir.Position) -> Value:
    """Return what iterating `value` gives; `__iter__` and `__next__` of followed classes are run."""
    result = NOTHING
    for ref in in_order(value.refs):
        if isinstance(ref, Instance):
            iterator = ev.call_method(one(ref), "__iter__", Arguments(), frame, at)
            if iterator is NOTHING:
                iterator = ev.call_method(one(ref), "__aiter__", Arguments(), frame, at)
            if iterator.refs <= {ref}:
                got = ev.call_method(one(ref), "__next__", Arguments(), frame, at)
                if got is NOTHING:
                    got = ev.call_method(one(ref), "__anext__", Arguments(), frame, at, missing=UNKNOWN)
            else:
                got = elements(ev, iterator)
            result = join(result, got)
        else:
            result = join(result, elements(ev, one(ref)))
    return result.tainted(value.taint)


def elements(ev: "Evaluator", value: Value) -> Value:
    """Return what the containers of `value` hold (the keys of a dict), running nothing."""
    result = NOTHING
    for ref in in_order(value.refs):
        if isinstance(ref, Container):
            if ref.kind == "dict":
                contents = ev.heap.contents(ref)
                keys = [one(literal) for literal in literal_keys(contents)]
                got = join(contents.keys, *keys) if keys or contents.keys is not NOTHING else data("str")
                result = join(result, got.tainted(contents.taint))
            else:
                got = ev.heap.all_items(ref)
                result = join(result, got if got.refs else UNKNOWN.tainted(got.taint))
        elif isinstance(ref, Literal | Text) or (isinstance(ref, Data) and ref.type in ("str", "literal str")):
            result = join(result, data("str"))
        elif isinstance(ref, ExternalInstance):
            result = join(result, one(item_of(ref)))
        elif isinstance(ref, Class):
            result = join(result, one(Instance(ref)))
        else:
            result = join(result, data("object") if ref == Data("object") else UNKNOWN)
    return result


MOST_LITERAL_KEYS = 8
"""A dict with more literal keys than this is iterated as one with unknown ones."""


def item_of(ref: ExternalInstance) -> Ref:
    """Return what lies in an external object: of one that is itself a result, just data."""
    return Data("object") if "()" in ref.type else ExternalInstance(f"{ref.type}.__iter__()")


def collection_of(ev: "Evaluator", name: str) -> Value | None:
    """Return what a subscript of a database's client names, which asks nothing yet: `MongoClient()["shop"]["orders"]`."""
    if "()" in name.replace(SUBSCRIPT, ""):
        return None
    below = f"{name}.{SUBSCRIPT}"
    hazards = ev.program.call_hazards(below)
    return one(ExternalInstance(below)) if any(each.effect is Effect.DATABASE for each in hazards) else None


SUBSCRIPT = "__getitem__()"


def literal_keys(contents: Contents) -> list[Literal | Instance]:
    """Return the literal keys of a dict, if there are few."""
    if len(contents.items) > MOST_LITERAL_KEYS:
        return []
    keys: list[Literal | Instance] = []
    for key in contents.items:
        if isinstance(key, tuple):
            keys.append(Literal(key[0], key[1]))
        elif isinstance(key, Instance):
            keys.append(key)
    return keys


def merge_mapping(ev: "Evaluator", target: Container, source: Value) -> None:
    """Copy the items of a mapping into a dict."""
    contents = ev.heap.contents(target)
    for ref in in_order(source.refs):
        if isinstance(ref, Container) and ref != target:
            other = ev.heap.contents(ref)
            contents.elements = join(contents.elements, other.elements)
            contents.keys = join(contents.keys, other.keys)
            contents.taint |= other.taint
            for key, value in list(other.items.items()):
                contents.items[key] = join(contents.items.get(key, NOTHING), value)
        elif not isinstance(ref, Container):
            contents.elements = join(contents.elements, UNKNOWN.tainted(source.taint))


def flattened(ev: "Evaluator", value: Value) -> Value:
    """Return `value` with tuples, lists and sets replaced by what they hold."""
    result = NOTHING
    for ref in in_order(value.refs):
        if isinstance(ref, Container) and ref.kind in ("tuple", "list", "set"):
            result = join(result, flattened(ev, ev.heap.all_items(ref)))
        else:
            result = join(result, one(ref, value.taint))
    return result


def generator_result(ev: "Evaluator", value: Value) -> Value:
    """Return what `yield from value` evaluates to: what the generator function returns."""
    result = NOTHING
    for ref in in_order(value.refs):
        if isinstance(ref, Container) and "generator" in ref.kind:
            returned = ev.heap.contents(ref).items.get(("return", ""), None)
            result = join(result, returned if returned is not None else UNKNOWN)
        else:
            result = join(result, UNKNOWN)
    return result.tainted(value.taint)
