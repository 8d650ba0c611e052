"""What differs between the journal and the code that replays it, for a person to read."""

from __future__ import annotations

from msgspec import Struct


class Operation(Struct, frozen=True, gc=False):
    """An operation as it is recorded, or as the code asks for it. Never changed.

    Attributes:
        key: its position.
        kind: `step`, `sleep`, …
        name: what is called.
        digest: of its arguments.
        source: `file:line` of the call.
    """

    key: str
    kind: str
    name: str
    digest: bytes
    source: str

    def __str__(self) -> str:
        at = f" at {self.source}" if self.source else ""
        return f"{self.kind} `{self.name}`{at}"


class Difference(Struct, frozen=True):
    """Where replay departs from the journal.

    Attributes:
        key: the position.
        expected: what is recorded; None when nothing is.
        found: what the code does; None when it does nothing.
        what: which kind of difference: `operation`, `arguments`, `missing` or `extra`.
    """

    key: str
    expected: Operation | None
    found: Operation | None
    what: str

    def __str__(self) -> str:
        expected = f"the journal has {self.expected}" if self.expected else "the journal has nothing"
        if self.what == "arguments" and self.expected and self.found:
            recorded, given = self.expected.digest.hex()[:12], self.found.digest.hex()[:12]
            return (
                f"replay differs at operation {self.key}: {expected} with arguments {recorded},"
                f" the code calls it at {self.found.source or 'an unknown line'} with other arguments {given}"
            )
        found = f"the code calls {self.found}" if self.found else "the code ends without it"
        return f"replay differs at operation {self.key}: expected: {expected}; found: {found}"
