"""What crosses the boundary of a step: bodies are run apart, results come back decoded, what they leave behind is lost."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.summary import Edge
from holdfast_analyzer.evaluate.values import (
    UNKNOWN,
    Bound,
    Container,
    Data,
    ExternalInstance,
    Function,
    Instance,
    Partial,
    Ref,
    Unknown,
    Value,
    data,
    in_order,
    one,
)
from holdfast_analyzer.summarize import ir
from holdfast_rules.facts import (
    MutatedCheckpoint,
    UnserialisableValue,
)

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

DECODED = data("object")
"""What comes back over an engine's boundary and has no annotation: it was serialised, so it is data without effects."""
LIVE_TYPES = {
    "threading.Lock": "lock",
    "threading.RLock": "lock",
    "threading.Event": "event",
    "threading.Thread": "thread",
    "asyncio.Lock": "lock",
    "socket.socket": "socket",
    "io.TextIOWrapper": "open file",
    "io.BufferedReader": "open file",
    "sqlite3.Connection": "connection",
    "sqlite3.connect()": "connection",
    "sqlite3.Cursor": "cursor",
    "psycopg.connect()": "connection",
    "psycopg.Connection": "connection",
    "builtins.generator": "generator",
}


def run_body(ev: "Evaluator", ref: Ref, arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> Value:
    """Evaluate a step's body apart: nothing of it counts as workflow code, its result is clean."""
    target: Ref = ref
    while isinstance(target, Partial | Bound):
        if isinstance(target, Partial):
            arguments = Arguments(
                [*target.arguments, *arguments.positional], {**dict(target.keywords), **arguments.keywords}
            )
            target = target.target
        else:
            arguments = arguments.after(one(target.receiver))
            target = target.function
    if not isinstance(target, Function):
        return UNKNOWN
    handed = frozenset(
        found for value in arguments.everything() for found in value.refs if isinstance(found, Container | Instance)
    )
    ev.step_depth += 1
    ev.step_names.append(shown)
    ev.step_inputs.append(handed)
    ev.step_marks.append(ev.next_serial())
    try:
        summary, _ = ev.invocations.evaluate(target, arguments)
    finally:
        ev.step_depth -= 1
        ev.step_names.pop()
        ev.step_inputs.pop()
        ev.step_marks.pop()
    if summary is None:
        return UNKNOWN
    frame.summary.steps.setdefault((at, summary.number), Edge(at, shown, summary))
    if target.frame is not None:
        for name, position in summary.captured_writes.items():
            owner: Frame | None = target.frame
            while owner is not None and name not in owner.bound and name not in owner.names:
                owner = owner.parent
            if owner is not None:
                ev.has_lost_writes = True
                owner.step_writes[name] = (name, summary, position, shown)
    what = unserialisable(ev, summary.returns)
    if what and not is_generator(summary.returns):
        fact = UnserialisableValue(
            at=frame.summary.span(at),
            function=frame.summary.function,
            chain=(),
            what=what,
            role="result",
            operation=shown,
        )
        ev.note(frame, fact)
    results = set()
    for found in in_order(summary.returns.refs):
        result = fresh(ev, found, frame, at)
        if found in handed and isinstance(found, Container):
            ev.aliased_results[result] = shown
        results.add(result)
    return Value(frozenset(results) or DECODED.refs)


def is_generator(value: Value) -> bool:
    """Tell whether a value is what a generator function returns."""
    return any(isinstance(ref, Container) and ref.site[-1:] == ("generator",) for ref in value.refs)


def fresh(ev: "Evaluator", ref: Ref, frame: Frame, at: ir.Position) -> Ref:
    """Return a step's result as a replay gives it back: decoded, so another object, and carrying no taint."""
    if isinstance(ref, Container):
        copy = Container(ref.kind, (*ev.site(frame, at), "result"))
        elements = ev.elements(one(ref)) if ref.kind != "dict" else ev.heap.contents(ref).elements
        ev.heap.contents(copy).elements = Value(
            frozenset(found for found in elements.refs if not isinstance(found, Container | Unknown)) or DECODED.refs
        )
        return copy
    if isinstance(ref, Instance):
        return Instance(ref.cls)
    return Data("object") if isinstance(ref, Unknown) else ref


def written_in_step(ev: "Evaluator", ref: Ref, frame: Frame, at: ir.Position, shown: str) -> None:
    """Note that a step's body changes what the workflow handed to it (404) or keeps itself (403)."""
    summary = frame.summary
    if isinstance(ref, Instance) and ref == frame.receiver:
        attribute = shown.partition(" ")[0].rpartition(".")[2]
        ev.has_lost_writes = True
        ev.lost_attributes[(ref, attribute)] = (shown.partition(" ")[0], summary, at, ev.step_names[-1])
    elif ev.step_inputs and ref in ev.step_inputs[-1]:
        fact = MutatedCheckpoint(
            at=summary.span(at), function=summary.function, chain=(), what="input", step=ev.step_names[-1], shown=shown
        )
        ev.note(frame, fact)
    elif isinstance(ref, Container) and not ref.shared and older(ref, ev.step_marks[-1]):
        ev.has_lost_writes = True
        ev.lost_objects[ref] = (shown.partition(".")[0], summary, at, ev.step_names[-1])


def written_in_branches(ev: "Evaluator", frame: Frame, at: ir.Position, shown: str) -> None:
    """Note what the branches of an operation change around them: a replay that has their results does not run them (403)."""
    for edge in frame.summary.edges.values():
        if edge.at != at:
            continue
        for (_, subject, name), change in edge.callee.changes.items():
            ev.has_lost_writes = True
            written = change.shown.partition(" ")[0].partition("[")[0]
            if isinstance(subject, Frame):
                subject.step_writes[str(name)] = (str(name), change.summary, change.at, shown)
            elif isinstance(subject, Instance):
                ev.lost_attributes[(subject, str(name))] = (written, change.summary, change.at, shown)
            elif isinstance(subject, Container) and not subject.shared:
                ev.lost_objects[subject] = (written.partition(".")[0], change.summary, change.at, shown)


def older(ref: Container, mark: int) -> bool:
    """Tell whether a container was made before the step began."""
    serial = ref.site[0] if ref.site else 0
    return isinstance(serial, int) and 0 < serial < mark


def unserialisable(ev: "Evaluator", value: Value) -> str:
    """Return what a value is, in a word, if no serialiser can store it, else ""."""
    for ref in in_order(value.refs):
        if isinstance(ref, Function) and ref.frame is not None and not ref.marked and ref.qualname.endswith("<lambda>"):
            return "lambda"
        if isinstance(ref, Container) and "generator" in ref.kind and ref.site and ref.site[0] != "annotation":
            return "generator"
        if isinstance(ref, ExternalInstance) and ref.type in LIVE_TYPES:
            return LIVE_TYPES[ref.type]
    return ""
