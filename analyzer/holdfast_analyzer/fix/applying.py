"""Applies edits to the bytes of files: encoding, byte order mark and the end of each line are kept."""

import codecs
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from holdfast_analyzer.source import SourceText, UnreadableSource
from holdfast_analyzer.syntax.parse import parse_source
from holdfast_rules.fixes import Edit, Fix

DEFINITION = re.compile(r"^(?:async )?def (\w+)\(", re.MULTILINE)
LINE_END = re.compile(r"\r\n|\r|\n")


class CannotApply(Exception):
    """A file cannot be edited; the message says why, without naming it."""


class Chosen(Struct, frozen=True):
    """Fixes that go together.

    Attributes:
        fixes: those that were taken.
        edits: path → their edits there, none of which overlap.
    """

    fixes: tuple[Fix, ...]
    edits: dict[str, list[Edit]]


def choose(fixes: Iterable[Fix]) -> Chosen:
    """Take as many fixes as can be applied at once, the first of two that overlap; the same edit is made once."""
    taken: list[Fix] = []
    edits: dict[str, list[Edit]] = {}
    for fix in fixes:
        new = [edit for edit in fix.edits if edit not in edits.get(edit.path, ())]
        others = [other for edit in new for other in edits.get(edit.path, ())]
        defined = {name for other in others for name in DEFINITION.findall(other.text)}
        clash = any(name in defined for edit in new for name in DEFINITION.findall(edit.text))
        if (
            fix.edits
            and not clash
            and not any(_overlap(edit, other) for edit in new for other in edits.get(edit.path, ()))
        ):
            taken.append(fix)
            for edit in new:
                edits.setdefault(edit.path, []).append(edit)
    return Chosen(tuple(taken), edits)


def _overlap(one: Edit, other: Edit) -> bool:
    first, second = sorted((one, other), key=_place)
    if _end(first) == _place(first) == _place(second):
        # Two insertions at one place: which comes first matters, unless both are lines of their own.
        return _end(second) != _place(second) or not (first.text.endswith("\n") and second.text.endswith("\n"))
    return _place(second) < _end(first)


def _place(edit: Edit) -> tuple[int, int]:
    return edit.line, edit.column


def _end(edit: Edit) -> tuple[int, int]:
    return edit.end_line, edit.end_column


def applied(path: str, data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return the content of a file after edits.

    Args:
        path: of the file, for messages.
        data: its content.
        edits: none overlaps another.

    Raises:
        CannotApply: the file is no Python, or would be none; or its encoding lacks a character.
    """
    try:
        source = SourceText.from_bytes(path, data)
        parse_source(source)
    except UnreadableSource as error:
        raise CannotApply(f"line {error.line}: {error.message}") from error
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data[len(mark) :].decode(source.encoding)
    starts = [0, *(found.end() for found in LINE_END.finditer(text))]
    for edit in sorted(edits, key=lambda edit: (_place(edit), _end(edit)), reverse=True):
        begin, end = (
            _offset(starts, text, edit.line, edit.column),
            _offset(starts, text, edit.end_line, edit.end_column),
        )
        text = text[:begin] + edit.text.replace("\n", source.newline) + text[end:]
    try:
        parse_source(SourceText(path, text))
        return mark + text.encode(source.encoding)
    except UnreadableSource as error:
        raise CannotApply(f"line {error.line}: a fix would break the code: {error.message}") from error
    except UnicodeEncodeError as error:
        raise CannotApply(f"encoding `{source.encoding}` of the file has no `{text[error.start]}`") from error


def _offset(starts: Sequence[int], text: str, line: int, column: int) -> int:
    return starts[line - 1] + column - 1 if line <= len(starts) else len(text)
