"""What one run of a workflow asked for and how it ended, as plain data that crosses processes; and what differs between two."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from msgspec import Struct

from holdfast import values
from holdfast.journal import order_of
from holdfast.store.records import Checkpoint, Row

_SHOWN: Final = 200
"""Bytes of a value that a report shows."""


class Asked(Struct, frozen=True, kw_only=True):
    """A durable operation that workflow code asked for, with what it got.

    Attributes:
        key: its position: branch path and counter.
        kind: `step`, `sleep`, …
        name: what was called.
        digest: of the arguments.
        source: `file:line` of the call.
        arguments: encoded; None where only their digest is known.
        result: encoded; None when it raised.
        error: the encoded error.
        started: seconds since 1970.
        finished: seconds since 1970.
    """

    key: str
    kind: str
    name: str
    digest: bytes
    source: str
    arguments: bytes | None = None
    result: bytes | None = None
    error: bytes | None = None
    started: float = 0.0
    finished: float = 0.0

    def __str__(self) -> str:
        given = "…" if self.arguments is None else shown(self.arguments).removeprefix("[").removesuffix("]")
        at = f" at {self.source}" if self.source else ""
        return f"{self.kind} `{self.name}({given})`{at}"


class Run(Struct, frozen=True, kw_only=True):
    """One run of one workflow.

    Attributes:
        id: the workflow's id.
        name: of its function.
        input: its encoded arguments.
        seed: of its randomness.
        created: seconds since 1970.
        operations: in the order of their keys.
        state: how it ended; "" when it was cut short.
        output: the encoded result.
        error: type and message of what it raised.
        markers: keys of the `patched` markers.
    """

    id: str
    name: str
    input: bytes
    seed: str
    created: float
    operations: tuple[Asked, ...]
    state: str
    output: bytes | None = None
    error: str | None = None
    markers: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.output is not None:
            return f"returned {shown(self.output)}"
        return f"raised {self.error}" if self.error is not None else self.state or "went on"


class Difference(Struct, frozen=True, kw_only=True):
    """Where two runs part.

    Attributes:
        workflow: the id of the workflow, or of its child.
        key: the position; "" for the end.
        what: `operation` (another one), `arguments`, `missing`, `extra`, `result` (of a step), `state`
            (of a module) or `end`.
        expected: the first run's operation.
        found: the second run's operation.
        expected_end: how the first run ended.
        found_end: how the second run ended.
        raised: one of the runs raised what the other did not.
    """

    workflow: str
    key: str
    what: str
    expected: Asked | None = None
    found: Asked | None = None
    expected_end: str = ""
    found_end: str = ""
    raised: bool = False

    @property
    def source(self) -> str:
        """`file:line` of the operation that shows it; "" at the end."""
        for asked in (self.found, self.expected):
            if asked is not None and asked.source:
                return asked.source
        return ""

    def sides(self) -> tuple[str, str]:
        """Return what was expected and what was found, for a person."""
        if self.what == "state":
            return self.expected_end, self.found_end
        if self.what == "end":
            return f"the workflow {self.expected_end}", f"the workflow {self.found_end}"
        if self.what == "result" and self.expected is not None and self.found is not None:
            return f"{self.expected} gave {_gave(self.expected)}", f"it gave {_gave(self.found)}"
        expected = str(self.expected) if self.expected is not None else "no operation here"
        found = str(self.found) if self.found is not None else "the workflow ends without it"
        return expected, found


def shown(data: bytes) -> str:
    """Return an encoded value for a person, cut where it is long."""
    text = data[:_SHOWN].decode(errors="replace")
    return text if len(data) <= _SHOWN else f"{text}…"


def _gave(asked: Asked) -> str:
    return shown(asked.result) if asked.result is not None else "an error"


class Arguments:
    """The encoded arguments behind the digests that were made meanwhile: the journal itself keeps digests only."""

    def __init__(self) -> None:
        self._known: dict[bytes, bytes] = {}
        self._lock = threading.Lock()

    def find(self, digest: bytes) -> bytes | None:
        """Return what has this digest, None when it was not seen."""
        data = self._known.get(digest)
        if data is None:
            return None
        # The id of a child is digested after the digest of its arguments.
        inner = self._known.get(data[:16])
        return data if inner is None else inner[:-1] + b", id=" + data[16:] + b"]"

    def add(self, data: bytes, digest: bytes) -> None:
        """Remember one."""
        with self._lock:
            self._known[digest] = data


_watching: list[Arguments] = []
_lock = threading.Lock()
_plain_digest = values.digest


def _seen_digest(data: bytes) -> bytes:
    digest = _plain_digest(data)
    for each in list(_watching):
        each.add(data, digest)
    return digest


@contextmanager
def arguments_seen() -> Iterator[Arguments]:
    """Collect the arguments of every durable operation while the block runs."""
    seen = Arguments()
    with _lock:
        _watching.append(seen)
        values.digest = _seen_digest
    try:
        yield seen
    finally:
        with _lock:
            _watching.remove(seen)
            if not _watching:
                values.digest = _plain_digest


def run_of(row: Row, checkpoints: Iterable[Checkpoint], seen: Arguments) -> Run:
    """Return the run that a database holds."""
    asked, markers = [], []
    for each in checkpoints:
        if each.key.startswith("!"):
            markers.append(each.key)
            continue
        asked.append(
            Asked(
                key=each.key,
                kind=each.kind,
                name=each.name,
                digest=each.digest,
                source=each.source,
                arguments=seen.find(each.digest),
                result=each.result,
                error=each.error,
                started=each.started,
                finished=each.finished,
            )
        )
    return Run(
        id=row.id,
        name=row.name,
        input=row.input,
        seed=row.seed,
        created=row.created,
        operations=in_order(asked),
        state=str(row.state),
        output=row.output,
        error=None if row.error is None else error_text(values.decode_error(row.error)),
        markers=tuple(sorted(markers)),
    )


def error_text(error: BaseException) -> str:
    """Return type and message of an error."""
    return f"{type(error).__name__}: {error}"


def in_order(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """Return operations in the order of their keys."""
    return tuple(sorted(asked, key=lambda each: order_of(each.key)))


def compare(expected: Run, found: Run, results: bool = False) -> Difference | None:
    """Return the first difference between two runs, None when they went the same way.

    Args:
        expected: the run that sets the standard.
        found: another run; one that was cut short (`state` is "") counts as far as it went.
        results: compare the results of operations, too.
    """
    theirs = {each.key: each for each in found.operations}
    ours = {each.key: each for each in expected.operations}
    for key in sorted({*ours, *theirs}, key=order_of):
        one, other = ours.get(key), theirs.get(key)
        what = _differs(one, other, results)
        if what is not None and not (other is None and not found.state):
            raised = expected.error != found.error
            return Difference(workflow=expected.id, key=key, what=what, expected=one, found=other, raised=raised)
    if found.state and (expected.state, expected.output, expected.error) != (found.state, found.output, found.error):
        return Difference(workflow=expected.id, key="", what="end", expected_end=str(expected), found_end=str(found))
    return None


def _differs(one: Asked | None, other: Asked | None, results: bool) -> str | None:
    if one is None:
        return "extra"
    if other is None:
        return "missing"
    if (one.kind, one.name) != (other.kind, other.name):
        return "operation"
    if one.digest != other.digest:
        return "arguments"
    if results and (one.result, one.error is None) != (other.result, other.error is None):
        return "result"
    return None
