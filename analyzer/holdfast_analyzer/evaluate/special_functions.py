"""Functions of the standard library (and of model libraries) whose meaning matters for what is called or returned."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import construct, hazard_use, order, special_methods
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.builtin_functions import import_module
from holdfast_analyzer.evaluate.closures import plain_key
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    UNKNOWN,
    Container,
    Decorator,
    External,
    ExternalInstance,
    Function,
    Instance,
    Literal,
    Partial,
    Ref,
    Value,
    data,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir
from holdfast_rules.facts import ContextVariableSet

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

Handler = Callable[["Evaluator", str, Arguments, Frame, ir.Position, str, "ir.Call | None"], Value]


def call(
    ev: "Evaluator",
    name: str,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
    node: ir.Call | None,
) -> Value | None:
    """Call a function with a treatment of its own; None for all others."""
    if name in construct.FIELDS:
        return construct.field(name, arguments)
    handler = HANDLERS.get(name)
    return handler(ev, name, arguments, frame, at, shown, node) if handler is not None else None


def partial(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`functools.partial(f, …)`."""
    if not arguments.positional:
        return UNKNOWN
    target, *given = arguments.positional
    keywords = tuple(sorted(arguments.keywords.items(), key=lambda pair: pair[0]))
    refs = frozenset(Partial(ref, tuple(given), keywords) for ref in target.refs)
    return Value(refs, target.taint)


def marker(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """A decorator factory that leaves the function or class as it is: `dataclasses.dataclass(…)`."""
    return one(Decorator(name))


def wraps(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`functools.wraps(f)`: a decorator whose function knows `f` as `__wrapped__`."""
    wrapped = arguments.get(0, "wrapped")
    return one(Partial(External(WRAPPER), (wrapped,), ())) if wrapped is not None else one(Decorator(name))


def wrapper(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """A call of what `wraps(f)` gives, which has `f` before the function that wraps it; `functools.update_wrapper(g, f)`."""
    places = (1, 0) if name == WRAPPER else (0, 1)
    inner, wrapped = arguments.get(places[0], "wrapper"), arguments.get(places[1], "wrapped")
    if inner is None or wrapped is None:
        return UNKNOWN
    for ref in inner.refs:
        if isinstance(ref, Function):
            ev.function_attributes[(plain_key(ref), "__wrapped__")] = wrapped.kept()
    return inner


def passed_through(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """A function that gives back, or wraps, its first argument: `asyncio.create_task`, `copy.copy`."""
    value = arguments.get(0, "coro")
    return value if value is not None else UNKNOWN


def copied(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`copy.copy(x)` and `copy.deepcopy(x)`: objects of this run's own, whatever keeps the original alive."""
    value = arguments.get(0, "x")
    return (
        copy_of(ev, value, ev.site(frame, at), DEEPEST_COPY if name.endswith("deepcopy") else 1) if value else UNKNOWN
    )


def copy_of(ev: "Evaluator", value: Value, site: tuple[object, ...], depth: int) -> Value:
    """Return copies of the objects that a value may be, and of what they hold, `depth` levels down."""
    refs: set[Ref] = set()
    for ref in in_order(value.refs):
        made: Ref = ref
        if depth and isinstance(ref, Container):
            made = Container(ref.kind, (*site, plain_site(ref.site), ref.shared))
            ev.heap.copy_contents(ref, made)
        elif depth and isinstance(ref, Instance) and (ref.site or ref.shared):
            made = Instance(ref.cls, (*site, plain_site(ref.site), ref.shared))
            ev.heap.copy_attributes(ref, made)
        elif isinstance(ref, ExternalInstance):
            made = ExternalInstance(ref.type)
        if made is not ref and isinstance(made, Container | Instance) and depth > 1:
            contents = ev.heap.contents(made)
            contents.elements = copy_of(ev, contents.elements, site, depth - 1)
            held = list(contents.items.items())
            contents.items.update({key: copy_of(ev, item, site, depth - 1) for key, item in held})
        refs.add(made)
    return Value(frozenset(refs), value.taint)


def plain_site(site: tuple[object, ...]) -> tuple[object, ...]:
    """Return a site without that of an original in it: copies of copies are told apart no further."""
    return tuple(part for part in site if not isinstance(part, tuple) or all(isinstance(at, int) for at in part))


def cast(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`typing.cast(T, x)`: `x`, of type `T` where nothing else is known of it."""
    value = arguments.get(1, "val")
    if value is None or node is None or not node.arguments:
        return value if value is not None else UNKNOWN
    kind = node.arguments[0].value
    if isinstance(kind, ir.Constant) and kind.kind == "str" and str(kind.value).isidentifier():
        kind = ir.Name(str(kind.value), kind.at)
    return ev.refine(value, kind, frame)


def gather(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`asyncio.gather`: results in the order of the arguments."""
    ref = Container("list", ev.site(frame, at))
    contents = ev.heap.contents(ref)
    for index, value in enumerate(arguments.positional):
        contents.items[("int", index)] = join(contents.items.get(("int", index), NOTHING), value)
    if arguments.rest is not NOTHING:
        ev.heap.add(ref, arguments.rest)
    return one(ref)


def wait(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`asyncio.wait`: a pair of sets."""
    pair = Container("tuple", ev.site(frame, at))
    held = ev.elements(arguments.positional[0]) if arguments.positional else UNKNOWN
    for index in (0, 1):
        done = Container("set", (*ev.site(frame, at), index))
        ev.heap.add(done, held)
        ev.heap.contents(pair).items[("int", index)] = one(done)
    return one(pair, arguments.taint())


def default_dict(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`collections.defaultdict(factory)`, `OrderedDict`, `Counter`, `deque`."""
    kind = "list" if name.endswith("deque") else "dict"
    ref = Container(kind, ev.site(frame, at))
    first = arguments.get(0)
    if first is not None and name.endswith("defaultdict"):
        made = ev.call(first, Arguments(), frame, at, shown)
        ev.heap.add(ref, made)
    elif first is not None:
        if kind == "dict":
            ev.merge_mapping(ref, first)
        else:
            ev.heap.add(ref, ev.elements(order.erased(first)))
    return one(ref, arguments.taint())


def get_logger(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`logging.getLogger(…)`."""
    return one(ExternalInstance("logging.getLogger()"))


def dumped(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`json.dumps(…)` keeps the order of what it is given."""
    taint = arguments.taint()
    first = arguments.get(0)
    if first is not None:
        taint |= ev.heap.deep_taint(first)
        if node is not None and node.arguments:
            taint |= order.keep(ev, first, "json", frame, at, node.arguments[0].value).taint
    keys = arguments.keywords.get("sort_keys")
    if keys is not None and any(isinstance(ref, Literal) and ref.value for ref in keys.refs):
        taint -= order.order_tokens(taint)
    return data("str", taint)


def getter(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`operator.attrgetter`, `itemgetter`, `methodcaller`: called with an object, they read it."""
    return one(Partial(External(f"{name}()"), tuple(arguments.positional), tuple(sorted(arguments.keywords.items()))))


def got(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """A call of what `getter` made, with the object behind the getter's own arguments."""
    *given, target = arguments.positional or [UNKNOWN]
    if name.startswith("operator.itemgetter"):
        return join(*(ev.item(target, key, frame, at) for key in given)) if given else UNKNOWN
    if name.startswith("operator.methodcaller"):
        method = dotted_member(ev, target, given[0], frame, at) if given else UNKNOWN
        return ev.call(method, Arguments(given[1:], arguments.keywords), frame, at, shown)
    return join(*(dotted_member(ev, target, key, frame, at) for key in given)) if given else UNKNOWN


def dotted_member(ev: "Evaluator", target: Value, key: Value, frame: Frame, at: ir.Position) -> Value:
    """Return the member of `target` that a literal such as `"a.b"` names."""
    texts = sorted(str(ref.value) for ref in key.refs if isinstance(ref, Literal))
    if len(texts) != len(key.refs) or not texts:
        return UNKNOWN
    result = NOTHING
    for text in texts:
        value = target
        for part in text.split("."):
            value = ev.attribute(value, part, frame, at)
        result = join(result, value)
    return result


def called(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`operator.call(f, …)`, `contextvars.copy_context().run(f, …)`: the first argument, called with the others."""
    if not arguments.positional:
        return UNKNOWN
    function, *given = arguments.positional
    rest = Arguments(given, arguments.keywords, arguments.rest, arguments.rest_keywords, arguments.open_ended)
    return ev.call(function, rest, frame, at, shown)


def entered(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`ExitStack.enter_context(manager)`: enters it now and leaves it with the stack."""
    manager = arguments.get(0)
    if manager is None:
        return UNKNOWN
    is_async = name.endswith("enter_async_context")
    special_methods.left(ev, manager, is_async, frame, at)
    return special_methods.entered(ev, manager, is_async, frame, at)


def replaced(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`dataclasses.replace(x, …)`, `attrs.evolve(x, …)`: another object of the same class."""
    first = arguments.get(0)
    refs = (
        frozenset(Instance(ref.cls, ev.site(frame, at)) if isinstance(ref, Instance) else ref for ref in first.refs)
        if first
        else frozenset()
    )
    for ref in refs:
        if isinstance(ref, Instance):
            for key, value in arguments.keywords.items():
                ev.heap.set_attribute(ref, key, value)
    return Value(refs or UNKNOWN.refs, arguments.taint())


def context_function(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`contextlib.contextmanager(f)` and its like: the function itself."""
    first = arguments.get(0)
    return first if first is not None else one(Decorator(name))


def accumulated(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`itertools.chain(…)` and its like keep the order of what they iterate."""
    ref = Container("generator", ev.site(frame, at))
    taint = arguments.taint()
    expressions = [argument.value for argument in node.arguments] if node is not None else []
    for index, value in enumerate(arguments.everything()):
        if index < len(expressions):
            value = order.keep(ev, value, name.rpartition(".")[2], frame, at, expressions[index])
        taint |= value.taint
        ev.heap.add(ref, ev.elements(value))
    return one(ref, taint)


def variable_set(
    ev: "Evaluator", name: str, arguments: Arguments, frame: Frame, at: ir.Position, shown: str, node: ir.Call | None
) -> Value:
    """`ContextVar.set(value)`: the run sees what it set itself."""
    if not frame.at_import:
        fact = ContextVariableSet(
            at=frame.summary.span(at),
            function=frame.summary.function,
            chain=(),
            variable=hazard_use.variable_of(shown),
        )
        ev.note(frame, fact)
    return data("object")


WRAPPER = "functools.wraps()"
DEEPEST_COPY = 4
"""So many levels of what an object holds are copied with it."""

HANDLERS: dict[str, Handler] = {
    "contextvars.ContextVar.set": variable_set,
    "functools.partial": partial,
    "functools.partialmethod": partial,
    **dict.fromkeys(("dataclasses.dataclass", "typing.overload"), marker),
    "functools.wraps": wraps,
    **dict.fromkeys((WRAPPER, "functools.update_wrapper"), wrapper),
    **dict.fromkeys(
        (
            "asyncio.create_task",
            "asyncio.ensure_future",
            "asyncio.shield",
            "asyncio.wait_for",
            "asyncio.TaskGroup.create_task",
            "asyncio.AbstractEventLoop.create_task",
            "asyncio.AbstractEventLoop.run_until_complete",
            "asyncio.run",
            "contextlib.closing",
            "contextlib.aclosing",
            "typing.assert_type",
            # An adapter of a replay-aware logger is one, too.
            "logging.LoggerAdapter",
        ),
        passed_through,
    ),
    **dict.fromkeys(("typing.cast", "typing_extensions.cast"), cast),
    **dict.fromkeys(("copy.copy", "copy.deepcopy"), copied),
    "asyncio.gather": gather,
    **dict.fromkeys(("asyncio.wait", "concurrent.futures.wait"), wait),
    **dict.fromkeys(
        ("collections.defaultdict", "collections.OrderedDict", "collections.Counter", "collections.deque"), default_dict
    ),
    "logging.getLogger": get_logger,
    **dict.fromkeys(("json.dumps", "json.dump", "pickle.dumps", "msgspec.json.encode", "orjson.dumps"), dumped),
    **dict.fromkeys(("operator.attrgetter", "operator.itemgetter", "operator.methodcaller"), getter),
    **dict.fromkeys(("operator.attrgetter()", "operator.itemgetter()", "operator.methodcaller()"), got),
    **dict.fromkeys(("operator.call", "contextvars.Context.run", "contextvars.copy_context().run"), called),
    **dict.fromkeys(
        (
            "contextlib.ExitStack.enter_context",
            "contextlib.AsyncExitStack.enter_context",
            "contextlib.AsyncExitStack.enter_async_context",
        ),
        entered,
    ),
    **dict.fromkeys(("dataclasses.replace", "attrs.evolve", "attr.evolve", "copy.replace"), replaced),
    **dict.fromkeys(
        ("contextlib.contextmanager", "contextlib.asynccontextmanager", "functools.singledispatch", "types.coroutine"),
        context_function,
    ),
    "importlib.import_module": import_module,
    **dict.fromkeys(
        ("itertools.chain", "itertools.islice", "itertools.cycle", "itertools.batched", "itertools.pairwise"),
        accumulated,
    ),
}
