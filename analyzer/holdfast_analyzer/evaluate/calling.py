"""Calls: what is called, with what, and what comes back."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import (
    builtin_methods,
    classes,
    construct,
    durable,
    external_calls,
    hazard_use,
    order,
    sql,
)
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.closures import apply
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    Class,
    Container,
    Decorator,
    External,
    ExternalInstance,
    Function,
    Instance,
    Partial,
    Ref,
    Super,
    Unknown,
    Value,
    data,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown as text_of
from holdfast_rules.effect import Effect
from holdfast_rules.facts import HazardUse, Memoised, SqlText, UnresolvedCall

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

DATA_METHODS = frozenset(
    """
    append extend insert items keys values split rsplit splitlines strip lstrip rstrip lower upper title capitalize
    startswith endswith format encode decode zfill ljust rjust center isdigit isalpha isalnum casefold partition
    rpartition removeprefix removesuffix isoformat total_seconds strftime date weekday hex model_dump model_dump_json
    model_copy setdefault popitem swapcase join
    """.split()
)
"""Methods of built-in data that no client library gives an effect: called on a value of unknown type they are read as
what they are on data. `get`, `pop`, `update`, `send` and the like are not among them: clients have those, too."""


def called(ev: "Evaluator", node: ir.Call, frame: Frame) -> tuple[Value, Value]:
    """Evaluate a call as written; return what is called, and what comes back."""
    callee = node.function
    shown = text(ev, callee)
    receiver = None
    if isinstance(callee, ir.Attribute):
        # Once: in a chain of calls each further evaluation of the receiver would double the work.
        receiver = ev.value(callee.base, frame)
        function = ev.member(callee, receiver, frame)
    else:
        if isinstance(callee, ir.Name) and callee.id == "super" and frame.owner is not None:
            frame.summary.calls.setdefault(node.at, True)
            if frame.receiver is not None:
                return NOTHING, one(Super(frame.owner, frame.receiver))
        function = ev.value(callee, frame)
    arguments = evaluate_arguments(ev, node, frame)
    frame.summary.calls.setdefault(node.at, True)
    sql_text(ev, node, receiver, function, arguments, frame)
    return function, call_value(ev, function, arguments, frame, node.at, shown, receiver, node)


def text(ev: "Evaluator", node: ir.Expr) -> str:
    """Return an expression of a body as written, made once."""
    known = ev.texts.get(id(node))
    if known is None or known[0] is not node:
        known = ev.texts[id(node)] = (node, text_of(node))
    return known[1]


def evaluate_arguments(ev: "Evaluator", node: ir.Call, frame: Frame) -> Arguments:
    """Evaluate the arguments of a call, in order."""
    arguments = Arguments()
    for argument in node.arguments:
        if argument.star == 1:
            spread(ev, arguments, order.keep(ev, ev.value(argument.value, frame), "*", frame, node.at, argument.value))
        elif argument.star == 2:
            spread_keywords(ev, arguments, ev.value(argument.value, frame))
        elif argument.keyword:
            arguments.keywords[argument.keyword] = ev.value(argument.value, frame)
        else:
            arguments.positional.append(ev.value(argument.value, frame))
    return arguments


def spread(ev: "Evaluator", arguments: Arguments, value: Value) -> None:
    """Add `*value`: exactly, where its length is known."""
    refs = list(value.refs)
    if len(refs) == 1 and isinstance(refs[0], Container) and refs[0].kind in ("tuple", "list"):
        contents = ev.heap.contents(refs[0])
        positions = [key for key in contents.items if isinstance(key, tuple) and key[0] == "int"]
        if contents.elements is NOTHING and len(positions) == len(contents.items):
            for index in range(len(positions)):
                arguments.positional.append(contents.items.get(("int", index), UNKNOWN).tainted(value.taint))
            return
    arguments.rest = join(arguments.rest, ev.elements(value).tainted(value.taint))
    arguments.open_ended = True


def spread_keywords(ev: "Evaluator", arguments: Arguments, value: Value) -> None:
    """Add `**value`: by name, where its keys are literals."""
    for ref in in_order(value.refs):
        if isinstance(ref, Container):
            contents = ev.heap.contents(ref)
            for key, item in list(contents.items.items()):
                if isinstance(key, tuple) and key[0] == "str":
                    arguments.keywords.setdefault(str(key[1]), item.tainted(value.taint))
            if contents.elements is not NOTHING or ref.site[:1] in (("annotation",), ("any",)):
                arguments.rest_keywords = join(arguments.rest_keywords, contents.elements, UNKNOWN)
                arguments.open_ended = True
        else:
            arguments.rest_keywords = join(arguments.rest_keywords, UNKNOWN.tainted(value.taint))
            arguments.open_ended = True


def call_value(
    ev: "Evaluator",
    function: Value,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
    receiver: Value | None = None,
    node: ir.Call | None = None,
) -> Value:
    """Call each thing that a value may be; join what comes back."""
    if len(function.refs) == 1:
        (only,) = function.refs
        return call_ref(ev, only, arguments, frame, at, shown, receiver, node).tainted(function.taint)
    result = NOTHING
    for ref in in_order(function.refs):
        result = join(result, call_ref(ev, ref, arguments, frame, at, shown, receiver, node))
    return result.tainted(function.taint)


def call_ref(
    ev: "Evaluator",
    ref: Ref,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
    receiver: Value | None,
    node: ir.Call | None,
) -> Value:
    """Call one thing."""
    if isinstance(ref, Bound):
        return call_bound(ev, ref, arguments, frame, at, shown, node)
    if isinstance(ref, External):
        return external_calls.call(ev, ref.name, arguments, frame, at, shown, receiver, node)
    if isinstance(ref, Function):
        return call_function(ev, ref, arguments, frame, at, shown)
    if isinstance(ref, Class):
        declared = ev.program.declared(ref.path, ref.qualname)
        if declared:
            hazard_use.call(ev, declared, arguments, at, shown, frame, None)
        return construct.construct(ev, ref, arguments, frame, at, shown)
    if isinstance(ref, Instance):
        found = classes.class_attribute(ev, ref.cls, "__call__", ref)
        if found is not None:
            return ev.call(found, arguments, frame, at, shown)
        return unresolved(ev, f"`{ref.cls.qualname}` has no `__call__`", arguments, frame, at, shown)
    if isinstance(ref, Partial):
        given = Arguments([*ref.arguments, *arguments.positional], {**dict(ref.keywords), **arguments.keywords})
        given.rest, given.rest_keywords = arguments.rest, arguments.rest_keywords
        given.open_ended = arguments.open_ended
        return call_ref(ev, ref.target, given, frame, at, shown, receiver, node)
    if isinstance(ref, Decorator):
        first = arguments.get(0)
        return apply(ev, ref, first) if first is not None else data("object")
    if isinstance(ref, ExternalInstance):
        return external_calls.call(ev, f"{ref.type}.__call__", arguments, frame, at, shown, receiver, node)
    if isinstance(ref, Unknown):
        return call_unknown(ev, ref, arguments, frame, at, shown, receiver, node)
    return data("object", arguments.taint())


def call_unknown(
    ev: "Evaluator",
    ref: Unknown,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
    receiver: Value | None,
    node: ir.Call | None,
) -> Value:
    """Call something unknown: a method that only data has is read as data's."""
    method = node.function.name if node is not None and isinstance(node.function, ir.Attribute) else ""
    if receiver is not None and (method in DATA_METHODS or is_data_replace(method, arguments)):
        for value in arguments.everything():
            if method in ("append", "extend", "insert") and frame.order:
                ev.order_kept(frame, at)
            receiver = receiver.tainted(value.taint)
        return Value(UNKNOWN.refs, receiver.taint | arguments.taint())
    inferred = ev.program.inference.method(ev, receiver, method, frame) if method and receiver is not None else None
    if inferred is not None:
        return external_calls.call(ev, inferred, arguments, frame, at, shown, receiver, node)
    why = ref.why if ref.why != sql.PARAMETER else ""
    return unresolved(ev, why or f"what `{shown}` is depends on the caller", arguments, frame, at, shown)


def is_data_replace(method: str, arguments: Arguments) -> bool:
    """Tell whether `x.replace(…)` is that of text (two arguments) or of a date (keywords): that of a path takes one."""
    return method == "replace" and (len(arguments.positional) >= 2 or bool(arguments.keywords))


def unresolved(ev: "Evaluator", why: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> Value:
    """Note a call that no one could resolve; its result carries what its arguments carry."""
    frame.summary.calls[at] = False
    if frame.order:
        ev.order_kept(frame, at)
    fact = UnresolvedCall(at=frame.summary.span(at), function=frame.summary.function, chain=(), shown=shown, why=why)
    ev.note(frame, fact)
    return Value(UNKNOWN.refs, arguments.taint())


def call_function(
    ev: "Evaluator", ref: Function, arguments: Arguments, frame: Frame, at: ir.Position, shown: str
) -> Value:
    """Call a followed function: a step or child workflow is a durable operation, all else is entered."""
    if ref.marked in ("step", "transaction"):
        return durable.call_step(ev, ref, arguments, frame, at, shown)
    if ref.marked == "workflow":
        return durable.call_child(ev, ref, arguments, frame, at, shown)
    if ref.marked and ev.index.binds(ref.marked_by) is not None:
        return durable.bound(ev, ref, arguments)
    if ev.program.is_trusted(ref):
        return UNKNOWN
    declared = ev.program.declared(ref.path, ref.qualname)
    if declared and not declared.endswith(".__init__"):
        # The project says what it does; how it does it is read no more than how a library does.
        taint = hazard_use.call(ev, declared, arguments, at, shown, frame, None)
        return durable.returned(ev, ref).tainted(taint | arguments.taint())
    for name in ev.decorator_hazards.get((ref.path, ref.qualname), ()):
        hazard_use.call(ev, name, Arguments(), at, shown, frame, None)
    if ref.marked == "memoised":
        memoised(ev, ref, arguments, frame, at, shown)
    return ev.invocations.invoke(ref, arguments, frame, at, shown)


def memoised(ev: "Evaluator", ref: Function, arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> None:
    """Note a call whose result the process keeps, if what it keeps could differ in another process (406)."""
    summary, _ = ev.invocations.evaluate(ref, arguments)
    impure = summary is None or summary.durable or any(impure_event(event.fact) for event in summary.events.values())
    impure = impure or any(impure_below(edge.callee) for edge in (summary.edges.values() if summary else ()))
    mutable = summary is not None and any(
        isinstance(found, Container) and found.kind in ("list", "dict", "set") for found in summary.returns.refs
    )
    if impure or mutable:
        fact = Memoised(
            at=frame.summary.span(at),
            function=frame.summary.function,
            chain=(),
            name=ref.qualname,
            how=ref.marked_by.rpartition(".")[2] or shown,
        )
        ev.note(frame, fact)


def impure_event(fact: object) -> bool:
    """Tell whether a fact means that a function's result can differ between processes."""
    return isinstance(fact, HazardUse) and fact.effect is not Effect.OUTPUT


def impure_below(summary: object, depth: int = 3) -> bool:
    """Tell whether something that the function calls is impure."""
    events = getattr(summary, "events", {})
    if any(impure_event(event.fact) for event in events.values()):
        return True
    edges = getattr(summary, "edges", {})
    return depth > 0 and any(impure_below(edge.callee, depth - 1) for edge in edges.values())


def call_bound(
    ev: "Evaluator",
    ref: Bound,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
    node: ir.Call | None,
) -> Value:
    """Call a bound method."""
    if isinstance(ref.function, Function):
        return call_function(ev, ref.function, arguments.after(one(ref.receiver)), frame, at, shown)
    name = ref.function.name
    if isinstance(ref.receiver, Function):
        return durable.call_handle(ev, name, ref.receiver, arguments, frame, at, shown)
    return builtin_methods.call(ev, name.rpartition(".")[2], ref.receiver, arguments, frame, at, shown, node)


def sql_text(
    ev: "Evaluator",
    node: ir.Call,
    receiver: Value | None,
    function: Value,
    arguments: Arguments,
    frame: Frame,
) -> None:
    """Note SQL text that is not built from literals alone (701)."""
    if not node.arguments or node.arguments[0].star:
        return
    name = node.function.name if isinstance(node.function, ir.Attribute) else ""
    is_builder = False
    for ref in function.refs:
        is_builder = is_builder or (type(ref) is External and ref.name in sql.TEXT_FUNCTIONS)
    if name not in sql.EXECUTORS and not is_builder:
        return
    if not is_builder and (receiver is None or not speaks_sql(ev, receiver)):
        return
    text = arguments.get(0)
    if text is None:
        return
    parts = sql.suspicious_parts(text, node.arguments[0].value)
    if parts:
        fact = SqlText(
            at=frame.summary.span(node.at),
            function=frame.summary.function,
            chain=(),
            call=text_of(node.function),
            parts=parts,
        )
        ev.note(frame, fact)


def speaks_sql(ev: "Evaluator", receiver: Value) -> bool:
    """Tell whether a value is a connection, cursor or session of a database."""
    for ref in in_order(receiver.refs):
        if isinstance(ref, External | ExternalInstance):
            name = ref.name if isinstance(ref, External) else ref.type
            if "TransactionConnection" in name or "sqlite3" in name or name.startswith(SQL_PACKAGES):
                return True
            if any(hazard.effect is Effect.DATABASE for hazard in ev.program.call_hazards(name)):
                return True
    return False


SQL_PACKAGES = (
    "psycopg",
    "sqlalchemy",
    "asyncpg",
    "aiosqlite",
    "pymysql",
    "MySQLdb",
    "mysql",
    "duckdb",
    "sqlmodel",
    "django.db",
)
