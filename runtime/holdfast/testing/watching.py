"""Runs of workflows that a test looks into: one that records, and one that resumes with what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from holdfast import values
from holdfast.declare.definition import Definition
from holdfast.errors import Diverged, _ControlSignal
from holdfast.execution.scope import Branch
from holdfast.journal import Difference as JournalDifference
from holdfast.journal import Operation
from holdfast.store.records import Checkpoint
from holdfast.testing.memory_engine import Hasty
from holdfast.testing.trace import Arguments, Asked, Difference

Place = tuple[str, str]
"""A workflow's id and a key."""

MOST_OPERATIONS: Final = 2000
"""Operations after which a workflow counts as one that does not end: each is replayed many times."""

_DEPTH: Final = 6
"""How deep in a value two of its parts are looked for that are one object."""


@dataclass
class Notes:
    """What was seen while workflows ran.

    Attributes:
        seen: the arguments of their operations.
        changed: steps that changed an argument in place, or returned one.
        differences: what the engine itself found different.
        unrepeatable: what steps raised that had not failed the first time.
        results: what steps gave that ran again, encoded, where it is not what is recorded.
        stand_in: gives the results of steps, whose bodies do not run then.
        endless: whether a workflow was stopped since it asked for too many operations.
    """

    seen: Arguments
    changed: set[Place] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    unrepeatable: dict[str, str] = field(default_factory=dict)
    results: dict[Place, bytes | None] = field(default_factory=dict)
    stand_in: Callable[[Definition[Any, Any], int], Any] | None = None
    endless: bool = False


class Watched(Hasty):
    """A run that notes what it does; `made` gives a type of them."""

    notes: Notes

    def recall(self, branch: Branch, kind: str, name: str, digest: bytes, source: str) -> tuple[str, Checkpoint | None]:
        """Like an engine's own; a workflow that goes on for ever is stopped."""
        if branch.counter > MOST_OPERATIONS:
            self.notes.endless = True
            raise self.close(Diverged(f"it asked for more than {MOST_OPERATIONS} operations"))
        return super().recall(branch, kind, name, digest, source)

    def diverge(self, difference: JournalDifference) -> _ControlSignal:
        """Close the execution since replay differs; return what to raise."""
        seen = self.notes.seen
        self.notes.differences.append(
            Difference(
                workflow=self.id,
                key=difference.key,
                what=difference.what,
                expected=_asked(difference.expected, seen),
                found=_asked(difference.found, seen),
            )
        )
        return super().diverge(difference)


class Recorded(Watched):
    """The first run. It notes which steps change their arguments: after a crash nobody changes them again."""

    def body(self, branch: Branch, definition: Definition[Any, Any]) -> Callable[..., Any]:
        """Return what runs the step's function and looks at its arguments before and after."""
        function = definition.function
        key = branch.open.key if branch.open is not None else ""
        if self.notes.stand_in is not None:
            return _standing_in(definition, self.notes.stand_in, key)

        def run(*args: Any, **kwargs: Any) -> Any:
            given = args[definition.implicit :]
            before = _encoded(definition, given, kwargs)
            return _then(
                lambda: function(*args, **kwargs),
                lambda result, error: self._look(key, definition, (given, kwargs), before, (result, error)),
            )

        return run

    def _look(
        self, key: str, definition: Definition[Any, Any], given: Any, before: bytes | None, ended: tuple[Any, Any]
    ) -> Any:
        result, error = ended
        if before != _encoded(definition, *given) or _parts(result, _DEPTH) & _parts(given, _DEPTH):
            self.notes.changed.add((self.id, key))
        if error is not None:
            raise error
        return result


class Pinned(Watched):
    """A run after a crash. Steps run again where they would, but give what they gave at first: they may be random."""

    known: Mapping[Place, Asked]

    def recall(self, branch: Branch, kind: str, name: str, digest: bytes, source: str) -> tuple[str, Checkpoint | None]:
        """Like an engine's own; which branch completes next is as it was, since that is chance."""
        key, found = super().recall(branch, kind, name, digest, source)
        if found is None and kind == "completed":
            known = self.known.get((self.id, key))
            if known is not None and known.digest == digest:
                found = Checkpoint(key, kind, name, digest, known.result, None, known.started, known.finished)
                self.record(branch, found)
        return key, found

    def body(self, branch: Branch, definition: Definition[Any, Any]) -> Callable[..., Any]:
        """Return what runs the step's function and gives what is recorded; raise when another operation is."""
        operation = branch.open
        if operation is None:
            return definition.function
        known = self.known.get((self.id, operation.key))
        if known is None or (known.kind, known.name, known.digest) != (
            operation.kind,
            operation.name,
            operation.digest,
        ):
            what = "extra" if known is None else "operation" if known.name != operation.name else "arguments"
            raise self.diverge(JournalDifference(operation.key, _operation(known), operation, what))
        if known.result is None and known.error is None:
            return definition.function  # the code cancelled it, and will again
        return self._pinned(definition, known)

    def _pinned(self, definition: Definition[Any, Any], known: Asked) -> Callable[..., Any]:
        annotation = definition.signature.result

        def end(result: Any, error: BaseException | None) -> Any:
            data = _result(result, annotation) if error is None else None
            if data != known.result and self.notes.stand_in is None:
                self.notes.results[self.id, known.key] = data
            if known.error is not None:
                raise values.decode_error(known.error)
            if error is not None:
                self.notes.unrepeatable[definition.name] = f"{type(error).__name__}: {error}"
            assert known.result is not None
            return values.decode(known.result, annotation, where=f"the result of {definition.label}")

        def run(*args: Any, **kwargs: Any) -> Any:
            if self.notes.stand_in is not None:
                return _given(definition, lambda: end(None, None))
            return _then(lambda: definition.function(*args, **kwargs), end)

        return run


def made(kind: type[Watched], notes: Notes, known: Mapping[Place, Asked] | None = None) -> type[Watched]:
    """Return a type of executions that note in `notes` and know what was recorded."""
    return type(kind.__name__, (kind,), {"notes": notes, "known": known or {}})


def _standing_in(
    definition: Definition[Any, Any], stand_in: Callable[[Definition[Any, Any], int], Any], key: str
) -> Callable[..., Any]:
    """Return what is called in the place of a function: the result goes by the operation's place, so it can be repeated."""
    number = int.from_bytes(values.digest(f"{definition.name}/{key}".encode())[:4], "big")

    def run(*args: Any, **kwargs: Any) -> Any:
        return _given(definition, lambda: stand_in(definition, number))

    return run


def _given(definition: Definition[Any, Any], give: Callable[[], Any]) -> Any:
    """Return a value, or an awaitable of it when the function is async."""
    if not definition.is_async:
        return give()

    async def awaited() -> Any:
        return give()

    return awaited()


def _then(call: Callable[[], Any], end: Callable[[Any, BaseException | None], Any]) -> Any:
    """Call something, then `end(result, error)`, after it was awaited if it must be."""
    try:
        result = call()
    except Exception as error:
        return end(None, error)
    return _then_awaited(result, end) if hasattr(result, "__await__") else end(result, None)


async def _then_awaited(awaitable: Any, end: Callable[[Any, BaseException | None], Any]) -> Any:
    try:
        result = await awaitable
    except Exception as error:
        return end(None, error)
    return end(result, None)


def _encoded(definition: Definition[Any, Any], args: Any, kwargs: Any) -> bytes | None:
    try:
        return definition.signature.encode(args, kwargs)
    except (values.UnstorableValue, values.ValueTooLarge):
        return None  # it can be told apart from what it was, and that is what counts


def _result(result: Any, annotation: Any) -> bytes | None:
    try:
        return values.encode(result, annotation, where="a result")
    except (values.UnstorableValue, values.ValueTooLarge):
        return None


def _parts(value: Any, depth: int) -> set[int]:
    """Return the identities of the changeable objects that `value` is made of."""
    found: set[int] = set()
    if isinstance(value, (list, set, dict, bytearray)) or hasattr(value, "__dict__"):
        found.add(id(value))
    if depth and isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            found |= _parts(each, depth - 1)
    elif depth and isinstance(value, dict):
        for each in value.values():
            found |= _parts(each, depth - 1)
    elif depth and hasattr(value, "__dict__") and not isinstance(value, type):
        for each in vars(value).values():
            found |= _parts(each, depth - 1)
    return found


def _asked(operation: Operation | None, seen: Arguments) -> Asked | None:
    if operation is None:
        return None
    return Asked(
        key=operation.key,
        kind=operation.kind,
        name=operation.name,
        digest=operation.digest,
        source=operation.source,
        arguments=seen.find(operation.digest),
    )


def _operation(asked: Asked | None) -> Operation | None:
    if asked is None:
        return None
    return Operation(asked.key, asked.kind, asked.name, asked.digest, asked.source)
