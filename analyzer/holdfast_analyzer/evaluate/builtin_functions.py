"""What the built-in functions do with abstract values."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import branches, order, special_methods
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    IDENTITY,
    NO_TAINT,
    NOTHING,
    UNKNOWN,
    Container,
    Instance,
    Literal,
    Unknown,
    Value,
    data,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

ORDER_ERASING = frozenset(
    {"sorted", "len", "min", "max", "any", "all", "set", "frozenset", "sum", "isinstance", "bool"}
)
TYPES = {"str": "str", "int": "int", "float": "float", "bool": "bool", "bytes": "bytes", "complex": "complex"}
NUMBERS = {
    "len": "int",
    "sum": "object",
    "abs": "object",
    "round": "object",
    "ord": "int",
    "hash": "int",
    "id": IDENTITY,
    "pow": "object",
}
STRINGS = frozenset({"repr", "ascii", "chr", "hex", "bin", "oct", "format", "input"})
PREDICATES = frozenset({"isinstance", "issubclass", "callable", "hasattr", "any", "all"})
SHALLOW = frozenset({"len", "bool", "isinstance", "issubclass", "callable", "hasattr", "id", "any", "all"})
"""Functions whose result does not show what a container holds."""
DUNDERS = {
    "len": "__len__",
    "hash": "__hash__",
    "abs": "__abs__",
    "int": "__int__",
    "float": "__float__",
}


def call(
    ev: "Evaluator",
    name: str,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
    node: ir.Call | None,
) -> Value | None:
    """Call a built-in by its bare name; None for what is no built-in function that matters."""
    first = arguments.get(0)
    handler = HANDLERS.get(name)
    if handler is not None:
        return handler(ev, name, arguments, frame, at, shown, node)
    taint = arguments.taint()
    if name not in SHALLOW:
        taint = taint.union(*(ev.heap.deep_taint(value, 1) for value in arguments.everything()))
    if first is not None and name == "bool":
        taint |= ev.tested(first, frame, at).taint
        if branches.answer(ev, first, frame) is not None:
            return first.tainted(taint)
    elif first is not None and name in DUNDERS:
        taint |= ev.call_method(first, DUNDERS[name], Arguments(), frame, at).taint
    if first is not None and name in ("str", "repr", "format", "print", "ascii"):
        for value in arguments.everything():
            taint |= ev.stringify(value, frame, at)
    if first is not None and name == "sum":
        taint |= ev.iterate(first, frame, at).taint
    if name in ORDER_ERASING:
        taint -= order.order_tokens(taint)
    if name == "str" and first is not None:
        literal = [ref for ref in first.refs if isinstance(ref, Literal) and ref.kind == "str"]
        if len(literal) == len(first.refs) == 1:
            return first
    if name in TYPES:
        return data(TYPES[name], taint)
    if name in NUMBERS:
        return data(NUMBERS[name], taint)
    if name in STRINGS:
        return data("str", taint)
    if name in PREDICATES:
        if name in ("any", "all") and first is not None:
            taint |= ev.iterate(first, frame, at).taint - order.order_tokens(first.taint)
        return data("bool", taint)
    return data("object", taint)


def sequence(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`list`, `tuple`, `set`, `frozenset`, `iter`, `reversed`, `enumerate`, `zip`, `sorted`."""
    kind = {"set": "set", "frozenset": "frozenset", "tuple": "tuple", "iter": "generator", "aiter": "generator"}.get(
        name, "list"
    )
    ref = Container(kind, ev.site(frame, at))
    taint = NO_TAINT
    expressions = [argument.value for argument in node.arguments] if node is not None else []
    for index, value in enumerate(arguments.everything()):
        if name not in ("set", "frozenset", "sorted") and index < len(expressions):
            value = order.keep(ev, value, name, frame, at, expressions[index])
        if name in ("set", "frozenset", "sorted"):
            value = order.erased(value)
        if index < len(arguments.positional) or value is arguments.rest:
            got = special_methods.iterated_by(ev, name, value, frame, at)
            if name in ("enumerate", "zip"):
                pair = Container("tuple", (*ev.site(frame, at), "pair"))
                ev.heap.add(pair, join(got, data("int")) if name == "enumerate" else got)
                contents = ev.heap.contents(pair)
                if name == "enumerate":
                    contents.items = {
                        ("int", 0): data("int"),
                        ("int", 1): join(got, contents.items.get(("int", 1), NOTHING)),
                    }
                    contents.elements = NOTHING
                elif name == "zip" and index < len(arguments.positional):
                    contents.items[("int", index)] = join(got, contents.items.get(("int", index), NOTHING))
                    contents.elements = NOTHING
                got = one(pair, got.taint)
            ev.heap.add(ref, order.erased(got) if name == "sorted" else got)
            taint |= value.taint
    if name == "sorted" and "key" in arguments.keywords:
        elements = ev.heap.all_items(ref)
        taint |= ev.call(arguments.keywords["key"], Arguments([elements]), frame, at, shown).taint
    elif name == "sorted":
        taint |= special_methods.compared(ev, ev.heap.all_items(ref), frame, at)
    return one(ref, taint)


def mapping(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`dict(...)`."""
    ref = Container("dict", ev.site(frame, at))
    for key, value in arguments.keywords.items():
        ev.heap.set_item(ref, one(Literal("str", key)), value)
    for value in arguments.positional:
        ev.merge_mapping(ref, value)
        pairs = ev.elements(value)
        for pair in in_order(pairs.refs):
            if isinstance(pair, Container) and pair.kind == "tuple":
                ev.heap.set_item(
                    ref, ev.heap.item(pair, one(Literal("int", 0))), ev.heap.item(pair, one(Literal("int", 1)))
                )
    return one(ref, arguments.taint())


def mapped(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`map`, `filter`, `min`, `max`, `next`: the callable is called with the elements."""
    taint = arguments.taint()
    values = list(arguments.positional)
    function = arguments.keywords.get("key")
    if name in ("map", "filter") and values:
        function, values = values[0], values[1:]
    elements = NOTHING
    expressions = [argument.value for argument in node.arguments] if node is not None else []
    for value in values:
        if name in ("map", "filter", "next") and expressions:
            value = order.keep(ev, value, name, frame, at, expressions[-1])
            taint |= value.taint
        elements = join(elements, ev.iterate(value, frame, at) if len(values) == 1 or name == "map" else value)
    result = NOTHING
    if function is not None:
        given = (
            Arguments([ev.iterate(value, frame, at) for value in values]) if name == "map" else Arguments([elements])
        )
        result = ev.call(function, given, frame, at, shown)
        taint |= result.taint
    if name in ("min", "max"):
        taint -= order.order_tokens(taint)
        taint |= special_methods.compared(ev, elements, frame, at) if function is None else NO_TAINT
        return elements.tainted(taint) if elements.refs else UNKNOWN.tainted(taint)
    if name == "next":
        return join(elements, *arguments.positional[1:]).tainted(taint)
    ref = Container("generator", ev.site(frame, at))
    ev.heap.add(ref, result if name == "map" else elements)
    return one(ref, taint)


def get_attribute(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`getattr(x, "literal")` is `x.literal`; with another name anything may come back."""
    target, key = arguments.get(0), arguments.get(1)
    default = arguments.get(2)
    if target is None or key is None:
        return UNKNOWN
    names = [ref.value for ref in key.refs if isinstance(ref, Literal) and ref.kind == "str"]
    if len(names) != len(key.refs) or not names:
        return Value(UNKNOWN.refs, arguments.taint())
    result = NOTHING
    for attribute in sorted(map(str, names)):
        expression = ir.Attribute(node.arguments[0].value, attribute, at) if node is not None else None
        got = ev.attribute(target, attribute, frame, at, expression)
        if default is not None and all(isinstance(ref, Unknown) for ref in got.refs):
            got = default
        elif expression is not None:
            got = ev.read(got, expression, frame, target)
        result = join(result, got)
    return join(result, default) if default is not None else result


def type_of(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`type(x)`."""
    result = NOTHING
    first = arguments.get(0)
    for ref in in_order(first.refs) if first is not None else ():
        result = join(result, one(ref.cls) if isinstance(ref, Instance) else data("object"))
    return result if result is not NOTHING else data("object")


def open_file(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`open(...)` gives a file."""
    from holdfast_analyzer.evaluate.members import typed

    return typed("io.TextIOWrapper").tainted(arguments.taint())


def import_module(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`__import__("literal")` and `importlib.import_module("literal")`."""
    from holdfast_analyzer.evaluate.names import module_value

    first = arguments.get(0)
    for ref in in_order(first.refs) if first is not None else ():
        if isinstance(ref, Literal) and ref.kind == "str":
            text = str(ref.value)
            level = len(text) - len(text.lstrip("."))
            return module_value(ev, frame.module, text.lstrip("."), level)
    return UNKNOWN


def same(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`property(f)`, `staticmethod(f)`, `classmethod(f)`: the function itself."""
    first = arguments.get(0)
    return first if first is not None else data("object")


Handler = Callable[["Evaluator", str, Arguments, Frame, ir.Position, str, ir.Call | None], Value]

HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(
        ("list", "tuple", "set", "frozenset", "iter", "aiter", "reversed", "enumerate", "zip", "sorted"), sequence
    ),
    "dict": mapping,
    **dict.fromkeys(("map", "filter", "min", "max", "next", "anext"), mapped),
    "getattr": get_attribute,
    "type": type_of,
    "open": open_file,
    "__import__": import_module,
    **dict.fromkeys(("staticmethod", "classmethod", "property"), same),
}
