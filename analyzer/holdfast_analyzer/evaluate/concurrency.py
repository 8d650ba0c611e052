"""What branches that run side by side write to one object: after an `await`, in the order in which they finish (203).

A coroutine's body is evaluated where it is called. Where branches are started together, the changes (`effects`) of more
than one branch to one object meet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holdfast_analyzer.evaluate.effects import ATTRIBUTE, ITEM, KEYS, LIST, NAME, SET, SUM, in_terms_of, made_in
from holdfast_analyzer.evaluate.expressions import target_names
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.summary import Change, ChangeKey
from holdfast_analyzer.evaluate.values import NO_TAINT, Container, Instance, Literal, Ref
from holdfast_analyzer.summarize import ir
from holdfast_rules.effect import Effect
from holdfast_rules.facts import ConcurrentWrite

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

GROUPS = frozenset({"asyncio.TaskGroup.create_task"})
"""Those of `EngineIndex.spawners` whose branches have all ended where the `async with` around them is left."""


@dataclass(slots=True)
class Branch:
    """A call whose coroutine runs beside others; `repeats` are the loops and comprehensions around it."""

    at: ir.Position
    repeats: list[Any]


def started(ev: "Evaluator", name: str, node: ir.Call, frame: Frame) -> None:
    """Look at what the branches change that are started here, once they were evaluated."""
    body = ev.invocations.bodies.get(frame.summary.number)
    if body is None or not any(edge.callee.changes for edge in frame.summary.edges.values()):
        return
    parts = around(body, node.at)
    joins_at = max((index for index, part in enumerate(parts) if joins(part, name)), default=-1)
    joined, outside = (parts[joins_at], parts[:joins_at]) if joins_at >= 0 else (None, [])
    for branch in branches(node, body):
        repeats = [loop for loop in branch.repeats if all(loop is not part for part in outside)]
        for edge in list(frame.summary.edges.values()):
            if edge.at != branch.at:
                continue
            for key, change in list(edge.callee.changes.items()):
                if not change.late or key[0] in (SET, SUM):
                    continue
                for mine in in_terms_of(ev, key, change, edge.callee, edge.given, frame):
                    if not is_shared(ev, mine, frame, repeats):
                        continue
                    writers = frame.writers.setdefault((id(joined), *mine), {})
                    writers[branch.at] = change.value.refs
                    several = len(writers) > 1 or any(outlives(mine, loop, body) for loop in repeats)
                    if several and not is_one_constant(mine, writers.values()):
                        report(ev, mine, change)


def is_one_constant(key: ChangeKey, written: Iterable[frozenset[Ref]]) -> bool:
    """Tell whether all branches that rebind a name write the same constant: whoever is last, that is what it is."""
    refs = frozenset(ref for value in written for ref in value)
    return key[0] in (NAME, ATTRIBUTE, ITEM) and len(refs) == 1 and all(isinstance(ref, Literal) for ref in refs)


def joins(part: Any, name: str) -> bool:
    """Tell whether the branches that a call of `name` in a node starts have ended behind the node."""
    return isinstance(part, ir.Await) or (isinstance(part, ir.With) and part.is_async and name in GROUPS)


def branches(node: ir.Call, body: ir.FunctionBody) -> Iterator[Branch]:
    """Yield the calls among the arguments, in lists of them, and in what was put into the lists that are named there."""
    for argument in node.arguments:
        for found in coroutines(argument.value):
            if isinstance(found, ir.Name):
                for expression in collected(found.id, body):
                    yield from (
                        Branch(call.at, repeating(body, call.at))
                        for call in coroutines(expression)
                        if isinstance(call, ir.Call)
                    )
            elif isinstance(found, ir.Call):
                yield Branch(found.at, repeating(body, found.at))


def coroutines(node: ir.Expr) -> Iterator[ir.Call | ir.Name]:
    """Yield the calls and names that an argument's coroutines may come from."""
    if isinstance(node, ir.Name):
        yield node
    elif isinstance(node, ir.Starred):
        yield from coroutines(node.value)
    elif isinstance(node, ir.Comprehension):
        yield from coroutines(node.value if node.value is not None else node.element)
    elif isinstance(node, ir.Display):
        for item in node.items:
            yield from coroutines(item)
    elif isinstance(node, ir.Conditional):
        yield from coroutines(node.body)
        yield from coroutines(node.orelse)
    elif isinstance(node, ir.Call):
        yield node
        for argument in node.arguments:
            # `wait_for(branch(x), 5)`, `limited(branch(x))`
            yield from (found for found in coroutines(argument.value) if isinstance(found, ir.Call))


def collected(name: str, body: ir.FunctionBody) -> Iterator[ir.Expr]:
    """Yield what a body assigns to a name, or adds to the list that it names."""
    for node in nodes(body.body):
        if isinstance(node, ir.Assign):
            if any(isinstance(target, ir.Name) and target.id == name for target in node.targets):
                yield node.value
        elif isinstance(node, ir.AnnotatedAssign | ir.AugmentedAssign):
            if isinstance(node.target, ir.Name) and node.target.id == name and node.value is not None:
                yield node.value
        elif isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute):
            base = node.function.base
            if isinstance(base, ir.Name) and base.id == name and node.function.name in ("append", "extend", "add"):
                yield from (argument.value for argument in node.arguments)


def repeating(body: ir.FunctionBody, at: ir.Position) -> list[Any]:
    """Return the loops and comprehensions of a body around a place."""
    return [part for part in around(body, at) if isinstance(part, ir.For | ir.While | ir.Comprehension)]


def around(body: ir.FunctionBody, at: ir.Position) -> list[Any]:
    """Return the nodes of a body that contain the one at a place, from the outside in; nothing where it has none there."""
    found: list[Any] = []

    def search(part: Any, path: list[Any]) -> None:
        if isinstance(part, list):
            for item in part:
                search(item, path)
        elif is_node(part):
            if getattr(part, "at", None) == at and len(path) > len(found):
                found[:] = path
            for name in part.__struct_fields__:
                search(getattr(part, name), [*path, part])

    search(body.body, [])
    return found


def nodes(part: Any) -> Iterator[Any]:
    """Yield the nodes of a piece of code, each before what it holds; not those of nested functions."""
    if isinstance(part, list):
        for item in part:
            yield from nodes(item)
    elif is_node(part):
        yield part
        for name in part.__struct_fields__:
            yield from nodes(getattr(part, name))


def is_node(part: Any) -> bool:
    """Tell whether something is a node of a body, and no definition in it."""
    return hasattr(part, "__struct_fields__") and not isinstance(part, ir.FunctionDef | ir.ClassDef | ir.Lambda)


def outlives(key: ChangeKey, loop: Any, body: ir.FunctionBody) -> bool:
    """Tell whether what is changed was made outside of a loop: each round has the same."""
    subject = key[1]
    made = list(subject.site)[1:2] if isinstance(subject, Container | Instance) else []
    return not any(part is loop for at in made if isinstance(at, tuple) for part in around(body, at))


def is_shared(ev: "Evaluator", key: ChangeKey, frame: Frame, repeats: list[Any]) -> bool:
    """Tell whether what is changed is one object for all branches: reached by a name around them that no loop rebinds."""
    subject = key[1]
    around: Frame | None = frame
    if isinstance(subject, Frame):
        while around is not None and around is not subject:
            around = around.parent
        return around is not None
    rounds = {bound for loop in repeats if isinstance(loop, ir.For) for bound in target_names(loop.target)}
    held: set[Ref] = set()
    while around is not None:
        for bound, value in around.names.items():
            if around is not frame or bound not in rounds:
                held |= {ref for ref in value.refs if isinstance(made_in(ref), int)}
        if around.receiver is not None:
            held.add(around.receiver)
        around = around.parent
    if subject in held:
        return True
    return isinstance(subject, Container) and any(
        subject in value.refs
        for ref in held
        if isinstance(ref, Instance)
        for value in ev.heap.contents(ref).items.values()
    )


def report(ev: "Evaluator", key: ChangeKey, change: Change) -> None:
    """Note a write whose order is that of completion, and taint what it leaves behind."""
    how, subject, name = key
    frame = ev.invocations.frames.get(change.summary.number)
    if frame is None:
        return
    token = ev.source(frame, change.at, change.shown, Effect.COMPLETION_ORDER)
    fact = ConcurrentWrite(at=token.at, function=change.summary.function, chain=(), shown=change.shown)
    ev.note(frame, fact, token, in_need=True)
    taint = frozenset({token})
    if isinstance(subject, Frame):
        if name in subject.names:
            subject.bind(str(name), subject.names[str(name)].tainted(taint))
    elif how in (LIST, KEYS):
        assert isinstance(subject, Container)
        ev.finish_ordered[subject] = ev.finish_ordered.get(subject, NO_TAINT) | taint
        if how == LIST:
            ev.heap.contents(subject).taint |= taint
    elif isinstance(subject, Container | Instance):
        items = ev.heap.contents(subject).items
        if name in items:
            items[name] = items[name].tainted(taint)
