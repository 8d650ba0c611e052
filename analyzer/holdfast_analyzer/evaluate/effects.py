"""What a function changes in place of objects that it did not create, in the terms of each of its callers.

A summary is made once for each kind of arguments, and taint passes through as placeholders. So what a function writes into
an object that a caller owns is written again at each call: into the object of that call, with the taint of its arguments.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.heap import literal_key
from holdfast_analyzer.evaluate.summary import Change, ChangeKey, Summary
from holdfast_analyzer.evaluate.values import (
    NOTHING,
    Container,
    Instance,
    ParameterTaint,
    Ref,
    Token,
    Value,
    join,
)
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

LIST, SET, ITEM, KEYS, NAME, ATTRIBUTE, SUM = "list", "set", "item", "keys", "name", "attribute", "sum"
"""How an object is changed: a list or set gets an element; a dict an item under a literal key, or under other keys; a name
of an enclosing function, or an attribute, gets a value, or (`SUM`) a number is added to the one that it has."""


def changed(
    ev: "Evaluator", ref: Ref, frame: Frame, at: ir.Position, shown: str, value: Value, key: Value | None
) -> None:
    """Note that a list, set or dict is changed in place."""
    if not isinstance(ref, Container) or ref.kind not in ("list", "dict", "set"):
        return
    literal = literal_key(key) if key is not None else None
    if literal is not None:
        keep(ev, (ITEM, ref, literal), frame, at, shown, value)
    elif ref.kind == "dict":
        keep(ev, (KEYS, ref, None), frame, at, shown, value)
    elif key is None:
        keep(ev, (LIST if ref.kind == "list" else SET, ref, None), frame, at, shown, value)


def rebound(
    ev: "Evaluator", owner: object, name: str, frame: Frame, at: ir.Position, shown: str, value: Value, commutes: bool
) -> None:
    """Note that a name of an enclosing function (`owner` is its frame), or an attribute of an object, gets another value."""
    how = SUM if commutes else NAME if isinstance(owner, Frame) else ATTRIBUTE
    keep(ev, (how, owner, name), frame, at, shown, value)


def keep(ev: "Evaluator", key: ChangeKey, frame: Frame, at: ir.Position, shown: str, value: Value) -> None:
    """Keep a change that the current body makes itself."""
    if ev.step_depth or frame.at_import or frame.vouched or is_own(key, frame):
        return
    number = frame.summary.number
    mine = frozenset(
        token
        for token in ev.heap.deep_taint(value)
        if isinstance(token, ParameterTaint) and token.summary == number and not token.is_spent
    )
    add(frame.summary, key, Change(frame.summary, at, shown, frame.suspended, Value(value.refs, mine)))


def add(summary: Summary, key: ChangeKey, change: Change) -> None:
    """Keep a change; several to one object are one, at the first place that comes after an `await`."""
    before = summary.changes.get(key)
    if before is not None:
        change.value = join(before.value, change.value)
        if before.late or not change.late:
            before.value = change.value
            return
    summary.changes[key] = change


def is_own(key: ChangeKey, frame: Frame) -> bool:
    """Tell whether a body created what it changes."""
    subject = key[1]
    if isinstance(subject, Frame):
        return subject is frame
    return made_in(subject) == frame.serial


def made_in(subject: object) -> object:
    """Return the number of the frame that made an object; None for what was made elsewhere."""
    return next(iter(subject.site), None) if isinstance(subject, Container | Instance) else None


def passed_on(
    ev: "Evaluator",
    summary: Summary,
    given: Sequence[Value],
    key: ChangeKey,
    change: Change,
    taint: frozenset[Token],
    frame: Frame,
) -> None:
    """Write what a called function changes into what its caller has, and add it to what the caller changes.

    Args:
        ev: the evaluator.
        summary: the called function's.
        given: the arguments of this call.
        key, change: the change.
        taint: what the taint of the change's value stands for in the caller.
        frame: the caller's.
    """
    if not taint and not frame.order and not places_of(key, change, summary):
        known = frame.summary.changes.get(key)
        if known is not None and (known.late or not (change.late or frame.suspended)):
            if not change.value.refs <= known.value.refs:
                known.value = join(known.value, change.value.clean())
            return
    value = Value(change.value.refs, taint)
    for mine in in_terms_of(ev, key, change, summary, given, frame):
        how, subject, _ = mine
        if frame.order and how in (LIST, KEYS) and isinstance(subject, Container):
            # Each element of the set adds to it in turn.
            ev.heap.contents(subject).taint |= frame.order
        if taint or subject is not key[1]:
            write(ev, mine, value)
        if not is_own(mine, frame):
            late = change.late or frame.suspended
            add(frame.summary, mine, Change(change.summary, change.at, change.shown, late, value))


def write(ev: "Evaluator", key: ChangeKey, value: Value) -> None:
    """Store what a called function stored."""
    how, subject, name = key
    if isinstance(subject, Frame):
        if str(name) in subject.names:
            subject.bind(str(name), join(subject.names[str(name)], value))
    elif isinstance(subject, Instance):
        ev.heap.set_attribute(subject, str(name), value)
    elif isinstance(subject, Container):
        contents = ev.heap.contents(subject)
        if how == ITEM:
            contents.items[name] = join(contents.items.get(name, NOTHING), value)
        else:
            contents.elements = join(contents.elements, value)


def in_terms_of(
    ev: "Evaluator", key: ChangeKey, change: Change, summary: Summary, given: Sequence[Value], frame: Frame
) -> Iterator[ChangeKey]:
    """Yield what a change of a called function means in its caller: a summary may have been made for other objects."""
    how, subject, name = key
    if isinstance(subject, Container | Instance):
        places = places_of(key, change, summary)
        for index in places:
            if index < len(given):
                yield from ((how, ref, name) for ref in given[index].refs if is_alike(ref, subject))
        if places:
            return
        number = made_in(subject)
        maker = ev.invocations.frames.get(number) if isinstance(number, int) else None
        if maker is not None and maker is not frame and is_same_code(maker, frame):
            # The closure was read before, in another evaluation of the function around it.
            site = (frame.serial, *list(subject.site)[1:])
            again = Container(subject.kind, site) if isinstance(subject, Container) else Instance(subject.cls, site)
            yield how, again, name
            return
    if isinstance(subject, Frame) and subject is not frame and is_same_code(subject, frame):
        yield how, frame, name
        return
    yield key


def places_of(key: ChangeKey, change: Change, summary: Summary) -> tuple[int, ...]:
    """Return the parameters that were given the object that a function changes."""
    if change.places is None:
        subject = key[1]
        change.places = tuple(index for index, value in enumerate(summary.given) if subject in value.refs)
    return change.places


def is_alike(ref: Ref, subject: Container | Instance) -> bool:
    """Tell whether one object can be changed as another was."""
    if isinstance(subject, Container):
        return isinstance(ref, Container) and ref.kind == subject.kind
    return isinstance(ref, Instance)


def is_same_code(one: Frame, other: Frame) -> bool:
    """Tell whether two frames are evaluations of one function."""
    return one.qualname == other.qualname and one.module is other.module
