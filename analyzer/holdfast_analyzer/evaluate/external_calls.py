"""Calls of names outside the code that is followed: the engine's own, built-ins, the hazard catalogue, the rest."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import builtin_functions, calling, concurrency, durable, hazard_use, special_functions
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.members import typed
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    Bound,
    Class,
    Decorator,
    External,
    ExternalInstance,
    Function,
    Instance,
    Partial,
    Token,
    Value,
    data,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir
from holdfast_rules.effect import Effect
from holdfast_rules.facts import Sink

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

CALLS_ITS_ARGUMENTS = frozenset(
    {
        "builtins.map",
        "builtins.filter",
        "builtins.sorted",
        "builtins.min",
        "builtins.max",
        "functools.reduce",
        "itertools.accumulate",
        "itertools.chain.from_iterable",
        "itertools.dropwhile",
        "itertools.filterfalse",
        "itertools.groupby",
        "itertools.starmap",
        "itertools.takewhile",
        "re.sub",
        "re.subn",
        "collections.defaultdict",
        "heapq.nlargest",
        "heapq.nsmallest",
        "heapq.merge",
        "bisect.bisect",
        "bisect.insort",
        "asyncio.to_thread",
        "contextlib.ExitStack.callback",
        "threading.Thread",
        "threading.Timer",
        "concurrent.futures.ThreadPoolExecutor.submit",
        "concurrent.futures.ThreadPoolExecutor.map",
        "asyncio.AbstractEventLoop.run_in_executor",
        "asyncio.AbstractEventLoop.call_later",
        "asyncio.AbstractEventLoop.call_soon",
        "asyncio.Task.add_done_callback",
        "asyncio.run",
    }
)
"""Standard functions that call a callable that they are given."""


def call(
    ev: "Evaluator",
    name: str,
    arguments: Arguments,
    frame: Frame,
    at: ir.Position,
    shown: str,
    receiver: Value | None,
    node: ir.Call | None,
) -> Value:
    """Call an external name."""
    if name in ev.index.spawners and node is not None:
        concurrency.started(ev, name, node, frame)
    own = durable.call_engine(ev, name, arguments, frame, at, shown)
    if own is not None:
        return own
    taint = hazard_use.call(ev, name, arguments, at, shown, frame, receiver)
    if receiver is not None:
        taint |= ev.heap.deep_taint(receiver, 1)
    for hazard in ev.program.call_hazards(name):
        if hazard.effect is Effect.OUTPUT:
            logged(ev, arguments, frame)
            break
    if name.startswith("builtins."):
        result = builtin_functions.call(ev, name.removeprefix("builtins."), arguments, frame, at, shown, node)
        if result is not None:
            return result.tainted(taint)
    if receiver is not None and name.rpartition(".")[2] in COPYING_METHODS:
        copied = copy_of(ev, receiver, arguments, frame, at)
        if copied is not None:
            return copied.tainted(taint)
    special = special_functions.call(ev, name, arguments, frame, at, shown, node)
    if special is not None:
        return special.tainted(taint)
    if name in CALLS_ITS_ARGUMENTS:
        taint |= call_back(ev, arguments, frame, at, shown).taint
    return other(ev, name, arguments, taint, frame, at, shown)


COPYING_METHODS = frozenset({"_replace", "model_copy", "copy", "_make", "model_construct", "model_validate"})
"""Methods of named tuples and models that give another object of the receiver's class."""


def copy_of(ev: "Evaluator", receiver: Value, arguments: Arguments, frame: Frame, at: ir.Position) -> Value | None:
    """Return another object of the followed class that `receiver` is, or is an object of, with what was given changed."""
    result = NOTHING
    for ref in in_order(receiver.refs):
        if isinstance(ref, Instance | Class):
            made = Instance(ref.cls if isinstance(ref, Instance) else ref, ev.site(frame, at))
            if isinstance(ref, Instance):
                ev.heap.copy_attributes(ref, made)
            for key, value in arguments.keywords.items():
                ev.heap.set_attribute(made, key, value)
            result = join(result, one(made))
    return result.tainted(arguments.taint()) if result is not NOTHING else None


def other(
    ev: "Evaluator", name: str, arguments: Arguments, taint: frozenset[Token], frame: Frame, at: ir.Position, shown: str
) -> Value:
    """Return what an external call gives that needs no treatment of its own."""
    carried = taint.union(*(ev.heap.deep_taint(value, 1) for value in arguments.everything()))
    kind = ev.program.knowledge.result_type(name)
    if kind:
        return typed(kind).tainted(carried)
    if ev.program.makes_client(name):
        return one(ExternalInstance(f"{name}()" if not is_class(name) else name)).tainted(carried)
    if ev.program.is_harmless(name):
        return result_of(ev, name).tainted(carried)
    if ev.catalogue_knows(name):
        return one(ExternalInstance(f"{name}()" if not is_class(name) else name)).tainted(carried)
    if ev.program.is_catalogued_package(name) and is_class(name):
        return one(ExternalInstance(name)).tainted(carried)
    package = name.partition(".")[0]
    if ev.program.is_installed(package):
        why = f"nothing is known of `{name}`"
    else:
        why = f"package `{package}` is not installed"
    if "()" in name:
        why = f"nothing is known of what `{name.rpartition('()')[0]}` returns"
    return calling.unresolved(ev, why, arguments, frame, at, shown).tainted(taint)


def result_of(ev: "Evaluator", name: str) -> Value:
    """Return the result of a standard or otherwise harmless function: an object of the class, or harmless data."""
    if is_class(name):
        return one(ExternalInstance(name))
    return data("object") if "()" in name else one(ExternalInstance(f"{name}()"))


def is_class(name: str) -> bool:
    """Tell whether an external name is a class, by the convention of capital letters."""
    last = name.rpartition(".")[2].lstrip("_")
    return last[:1].isupper()


def logged(ev: "Evaluator", arguments: Arguments, frame: Frame) -> None:
    """Note that values end up in a log."""
    for value in arguments.everything():
        ev.flow(value, Sink.LOG, frame)
    frame.summary.flow(frame.order, Sink.LOG)


def call_back(ev: "Evaluator", arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> Value:
    """Call the callables among the arguments with what the other arguments hold."""
    elements = NOTHING
    callables: list[Value] = []
    for value in arguments.everything():
        found = frozenset(
            ref for ref in value.refs if isinstance(ref, Function | Bound | Partial | External | Decorator)
        )
        if found:
            callables.append(Value(found, value.taint))
        else:
            elements = join(elements, ev.elements(value).tainted(value.taint))
    result = NOTHING
    for function in callables:
        handed = Arguments(rest=elements, open_ended=True)
        for ref in in_order(function.refs):
            if isinstance(ref, Function) or not isinstance(ref, External):
                parameters = 1 if not isinstance(ref, Function) else 2
                given = Arguments([elements] * parameters) if elements is not NOTHING else handed
                result = join(result, ev.call(one(ref), given, frame, at, shown))
            else:
                result = join(result, ev.call(one(ref), Arguments([elements]), frame, at, ref.name))
    return result
