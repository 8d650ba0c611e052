"""One line of a skeleton, and the text that a manifest keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

INDENT: Final = "  "

ENTRY: Final = "entry"
"""A method that replay runs, of a workflow that is a class."""
IF, ELSE, LOOP, EXCEPT, FINALLY, LEAVE = "if", "else", "loop", "except", "finally", "leave"
"""Words of structure; `leave` stands for a `return` or `raise` behind a patch."""
REPEAT: Final = "repeat"
"""A function that calls itself."""
CALL: Final = "call"
"""A function whose skeleton would be too long to be written out once more."""
STRUCTURE: Final = frozenset({ENTRY, IF, ELSE, LOOP, EXCEPT, FINALLY, LEAVE})

PATCH, DEPRECATE = "patch", "deprecate"
"""An operation that asks whether a change applies to this run, and one that says that it applies to all."""
WITH_PATCH, WITHOUT_PATCH = "patched ", "not patched "
"""What follows `if` where a patch decides."""


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An operation, or a block around operations.

    Attributes:
        depth: how many blocks are around it.
        word: the kind of operation (`step`, `child`, `sleep` …), or of block.
        name: what identifies it: the step's recorded name, an operation's own literal name; or "".
        path, at: where it stands: file; line, column, end line, end column from 1; unknown in a skeleton from a manifest.
        function: `pkg.module:qualname` of the function in which it stands.
        shown: as the code writes it.
    """

    depth: int
    word: str
    name: str = ""
    path: str = ""
    at: tuple[int, int, int, int] = (0, 0, 0, 0)
    function: str = ""
    shown: str = ""

    @property
    def text(self) -> str:
        """The line without its depth."""
        return f"{self.word} {self.name}" if self.name else self.word

    @property
    def is_operation(self) -> bool:
        """Whether it is a durable operation, not a block."""
        return self.word not in STRUCTURE


def as_text(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return a skeleton as a manifest keeps it."""
    return tuple(INDENT * line.depth + line.text for line in lines)


def from_text(texts: Sequence[str]) -> tuple[Line, ...]:
    """Return the skeleton that a manifest keeps."""
    lines = []
    for text in texts:
        bare = text.lstrip(" ")
        word, _, name = bare.partition(" ")
        lines.append(Line(depth=(len(text) - len(bare)) // len(INDENT), word=word, name=name))
    return tuple(lines)
