"""Methods of built-in containers and strings."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import order, sql
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Container,
    Data,
    Literal,
    Ref,
    Text,
    Token,
    Value,
    data,
    join,
    one,
    without_identity,
)
from holdfast_analyzer.summarize import ir
from holdfast_rules.facts import Sink

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

MUTATORS = frozenset(
    """
    append extend insert add update setdefault pop popitem remove discard clear sort reverse appendleft popleft
    extendleft difference_update intersection_update symmetric_difference_update __setitem__ __delitem__
    """.split()
)
ORDER_KEEPING = frozenset({"append", "extend", "insert", "appendleft", "extendleft", "setdefault", "update"})
STRING_RESULTS = frozenset(
    """
    capitalize casefold center expandtabs ljust lower lstrip removeprefix removesuffix replace rjust rstrip strip
    swapcase title translate upper zfill decode format_map
    """.split()
)


def call(
    ev: "Evaluator",
    name: str,
    receiver: Ref,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
    node: ir.Call | None,
) -> Value:
    """Call a method of built-in data."""
    if isinstance(receiver, Container):
        return of_container(ev, name, receiver, arguments, frame, at, shown, node)
    if is_string(receiver):
        return of_string(ev, name, receiver, arguments, frame, at, node)
    return data("object", arguments.taint())


def is_string(ref: Ref) -> bool:
    """Tell whether a ref is text."""
    return (
        isinstance(ref, Text)
        or (isinstance(ref, Literal) and ref.kind == "str")
        or ref in (Data("str"), Data("literal str"))
    )


def of_string(
    ev: "Evaluator", name: str, receiver: Ref, arguments: Arguments, frame: Frame, at: ir.Position, node: ir.Call | None
) -> Value:
    """Call a method of a string."""
    taint = arguments.taint()
    if name == "join":
        first = arguments.get(0)
        if first is not None and node is not None and node.arguments:
            kept = order.keep(ev, first, "join", frame, at, node.arguments[0].value)
            held = ev.iterate(kept, frame, at)
            parts = sql.literal_parts(held, node.arguments[0].value) if held.refs else ()
            return Value(frozenset({Text(parts) if parts else Data("literal str")}), taint | kept.taint | held.taint)
        return data("str", taint)
    if name == "format" and node is not None:
        expressions = [argument.value for argument in node.arguments]
        values = arguments.everything()
        if len(expressions) == len(values):
            for value, expression in zip(values, expressions, strict=True):
                taint |= ev.stringify(value, frame, expression.at)
            built = sql.formatted(expressions, values)
            parts = built.parts if isinstance(built, Text) else ()
            before = receiver.parts if isinstance(receiver, Text) else ()
            return one(Text((*before, *parts)) if before or parts else Data("literal str"), taint)
        return data("str", taint)
    if name in ("split", "rsplit", "splitlines"):
        ref = Container("list", ev.site(frame, at))
        ev.heap.add(ref, data("str", taint))
        return one(ref, taint)
    if name in STRING_RESULTS:
        return one(
            receiver if isinstance(receiver, Text) else Data("str" if receiver == Data("str") else "literal str"), taint
        )
    if name == "encode":
        return data("bytes", taint)
    return data("object", taint)


def of_container(
    ev: "Evaluator",
    name: str,
    ref: Container,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
    node: ir.Call | None,
) -> Value:
    """Call a method of a container."""
    contents = ev.heap.contents(ref)
    taint = arguments.taint()
    first = arguments.get(0)
    if first is not None and ref.kind in ("dict", "set", "frozenset") and ev.heap.is_key(first):
        taint = without_identity(taint)
    if name in MUTATORS and ref.kind in ("list", "dict", "set", "frozenset", "tuple"):
        ev.mutated(ref, frame, at, f"{shown}(…)", *stored(ev, name, arguments))
        if name in ORDER_KEEPING and ref.kind != "set":
            contents.taint |= frame.order
    if name in ("add", "update"):
        ev.small_displays[ref.site] = False
        frame.grown()
    if name in GROWING:
        grow(ev, name, ref, arguments, frame, at, node)
    elif name in ("get", "pop", "setdefault", "__getitem__") and ref.kind == "dict" and first is not None:
        default = arguments.get(1) or NOTHING
        if name == "setdefault":
            ev.heap.set_item(ref, first, default)
        found = ev.heap.item(ref, first)
        missing = data("none") if default is NOTHING and found is NOTHING else default
        return join(found, missing).tainted(taint) if found.refs or default.refs else UNKNOWN.tainted(taint)
    elif name in ("pop", "popleft", "popitem", "__getitem__"):
        return taken(ev, name, ref, taint, frame, at, node)
    elif name in ("items", "values", "keys", "copy", "most_common", "elements"):
        return view(ev, name, ref, frame, at)
    elif name in ("union", "intersection", "difference", "symmetric_difference"):
        result = Container("set", ev.site(frame, at))
        ev.heap.add(result, ev.heap.all_items(ref))
        for value in arguments.everything():
            ev.heap.add(result, order.erased(ev.elements(value)))
        return one(result, taint - order.order_tokens(taint))
    elif name == "sort":
        order.sorted_in_place(ev, ref, frame)
        key = arguments.keywords.get("key")
        if key is not None:
            ev.call(key, Arguments([ev.heap.all_items(ref)]), frame, at, shown)
    elif name in ("send", "asend", "__next__", "__anext__"):
        return ev.heap.all_items(ref).tainted(taint)
    elif name == "__class_getitem__":
        return one(ref)
    if name in GIVING_NOTHING:
        if (name == "update" or name == "append") and ev.step_inputs and ref in ev.step_inputs[-1]:
            frame.summary.flow(frame.order, Sink.RESULT)
        return data("none")
    return data("object", taint | contents.taint)


GROWING = frozenset({"append", "add", "appendleft", "insert", "extend", "extendleft", "update"})
GIVING_NOTHING = frozenset(
    {"append", "add", "extend", "update", "insert", "sort", "clear", "remove", "discard", "reverse"}
)


def grow(
    ev: "Evaluator",
    name: str,
    ref: Container,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    node: ir.Call | None,
) -> None:
    """Put what a method is given into its container."""
    first = arguments.get(0)
    if name == "update":
        update(ev, ref, arguments, frame, at)
    elif name == "insert":
        ev.heap.add(ref, arguments.get(1) or UNKNOWN)
    elif first is not None and name in ("extend", "extendleft"):
        kept = first
        if node is not None and node.arguments:
            kept = order.keep(ev, first, "extend", frame, at, node.arguments[0].value)
        ev.heap.contents(ref).taint |= order.order_tokens(kept.taint)
        ev.heap.add(ref, ev.iterate(kept, frame, at))
    elif first is not None:
        ev.heap.add(ref, first)


def taken(
    ev: "Evaluator",
    name: str,
    ref: Container,
    taint: frozenset[Token],
    frame: Frame,
    at: ir.Position,
    node: ir.Call | None,
) -> Value:
    """Return what is taken out of a container, by its place or by none: of a set, `pop` takes whatever comes first."""
    if (
        name == "pop"
        and ref.kind in order.UNORDERED_KINDS
        and node is not None
        and isinstance(node.function, ir.Attribute)
    ):
        base = order.keep(ev, one(ref), "pop", frame, at, node.function.base)
        return ev.heap.all_items(ref).tainted(base.taint)
    got = ev.heap.all_items(ref)
    return (got if got.refs else UNKNOWN).tainted(taint)


def stored(ev: "Evaluator", name: str, arguments: Arguments) -> tuple[Value, Value | None]:
    """Return what a method puts into its container, and under which key."""
    first, second = arguments.get(0), arguments.get(1)
    if first is None:
        return NOTHING, None
    if name in ("extend", "extendleft", "update"):
        return ev.elements(first), None
    if name in ("setdefault", "__setitem__"):
        return second or NOTHING, first
    return (second or NOTHING if name == "insert" else first), None


def update(ev: "Evaluator", ref: Container, arguments: Arguments, frame: Frame, at: ir.Position) -> None:
    """`update` of a dict or set."""
    for value in arguments.positional:
        if ref.kind == "dict":
            ev.merge_mapping(ref, value)
        else:
            ev.heap.add(ref, order.erased(ev.iterate(value, frame, at)))
    for key, value in arguments.keywords.items():
        ev.heap.set_item(ref, one(Literal("str", key)), value)


def view(ev: "Evaluator", name: str, ref: Container, frame: Frame, at: ir.Position) -> Value:
    """`items()`, `values()`, `keys()`, `copy()`."""
    contents = ev.heap.contents(ref)
    result = Container(ref.kind if name == "copy" else "list", (*ev.site(frame, at), name))
    made = ev.heap.contents(result)
    made.taint |= contents.taint
    if ref in ev.finish_ordered:
        ev.finish_ordered[result] = ev.finish_ordered[ref]
    if name == "copy":
        made.elements = join(made.elements, contents.elements)
        made.keys = join(made.keys, contents.keys)
        made.items.update(contents.items)
    elif name == "values":
        ev.heap.add(result, ev.heap.all_items(ref))
    elif name in ("keys", "elements"):
        ev.heap.add(result, ev.elements(one(ref)))
    else:
        pair = Container("tuple", (*ev.site(frame, at), "pair"))
        held = ev.heap.contents(pair)
        held.items[("int", 0)] = join(held.items.get(("int", 0), NOTHING), ev.elements(one(ref)))
        held.items[("int", 1)] = join(held.items.get(("int", 1), NOTHING), ev.heap.all_items(ref))
        ev.heap.add(result, one(pair))
    return one(result, contents.taint)
