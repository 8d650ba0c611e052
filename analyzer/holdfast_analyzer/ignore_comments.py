"""Writes the comments that silence findings: on the hazard's own line, into a comment that is there already, changing no code."""

import ast
import codecs
import io
import re
import tokenize
from collections.abc import Collection, Mapping

from msgspec import Struct

from holdfast_analyzer.source import SourceText, UnreadableSource
from holdfast_analyzer.syntax.parse import parse_source
from holdfast_rules.suppressions import HOLDFAST, Statements

LINE_END = re.compile(r"\r\n|\r|\n")


class CannotIgnore(Exception):
    """No comment can be written; the message says why, without naming the file."""


class Commented(Struct, frozen=True):
    """A file with new comments.

    Attributes:
        data: its new content.
        lines: where a comment was written or extended: line → codes that it names now and did not before.
    """

    data: bytes
    lines: Mapping[int, tuple[str, ...]]


def check_reason(reason: str) -> str:
    """Return a reason as it can stand in a comment.

    Raises:
        CannotIgnore: it is empty, has several lines, or a `#`, where the reason would end.
    """
    text = " ".join(reason.split(" ")).strip()
    if not text:
        raise CannotIgnore("a comment that silences a finding needs a reason")
    if "#" in text or not text.isprintable():
        raise CannotIgnore("a reason is one line without `#`")
    return text


def with_ignores(path: str, data: bytes, codes_at: Mapping[int, Collection[str]], reason: str) -> Commented:
    """Return a file with comments that silence findings.

    A comment goes to the end of the finding's line; where that lies within a string or before a backslash, to the last line of
    the statement. A comment of holdfast that is there gets the new codes, any other one stays in front.

    Args:
        path: of the file, for messages.
        data: its content; encoding, byte order mark and each line's own end are kept.
        codes_at: line, from 1 → codes of the rules to silence there.
        reason: stands in each comment.

    Raises:
        CannotIgnore: the file is no Python, its encoding has no way to write the reason, or the comment would change code.
    """
    try:
        source = SourceText.from_bytes(path, data)
        tree = parse_source(source).module
    except UnreadableSource as error:
        raise CannotIgnore(f"line {error.line}: {error.message}") from error
    statements = Statements(source.text, tree)
    lines = _Lines(source.text)
    written: dict[int, set[str]] = {}
    for line, codes in sorted(codes_at.items()):
        at = line if lines.takes_comment(line) else statements.end_of(line)
        if not lines.takes_comment(at):
            raise CannotIgnore(f"line {line}: no comment can stand behind it")
        new = lines.ignore(at, sorted(codes), reason)
        if new:
            written.setdefault(at, set()).update(new)
    text = lines.text()
    try:
        after = parse_source(SourceText(path, text)).module
    except UnreadableSource as error:
        raise CannotIgnore(f"line {error.line}: the comment would break the code") from error
    if ast.dump(after) != ast.dump(tree):
        raise CannotIgnore("the comment would change the code")
    return Commented(
        _encoded(data, source, text), {line: tuple(sorted(codes)) for line, codes in sorted(written.items())}
    )


class _Lines:
    """The lines of a text, and where comments are and can be."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._comments: dict[int, tuple[int, str]] = {}
        self._inside: set[int] = set()
        try:
            for token in tokenize.generate_tokens(io.StringIO(text).readline):
                if token.type == tokenize.COMMENT:
                    self._comments[token.start[0]] = (token.start[1], token.string)
                elif token.end[0] > token.start[0]:
                    self._add_inside(token)
        except (tokenize.TokenError, SyntaxError) as error:
            raise CannotIgnore(f"its comments cannot be told from its strings: {error}") from error

    def _add_inside(self, token: tokenize.TokenInfo) -> None:
        if token.type not in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            self._inside.update(range(token.start[0], token.end[0]))

    def takes_comment(self, line: int) -> bool:
        """Return whether a comment can stand at the end of a line."""
        if not 0 < line <= len(self._lines) or line in self._inside:
            return False
        return line in self._comments or not self._lines[line - 1].endswith("\\")

    def ignore(self, line: int, codes: list[str], reason: str) -> list[str]:
        """Write or extend the comment of a line; return the codes that are new in it."""
        column, comment = self._comments.get(line, (len(self._lines[line - 1]), ""))
        before = self._lines[line - 1][:column]
        own = HOLDFAST.search(comment)
        if own is None:
            said = f"# holdfast: ignore[{', '.join(codes)}] {reason}"
            comment = f"{comment.rstrip()}  {said}" if comment else said
            self._set(line, before, comment)
            return codes
        there = [code.strip().upper() for code in (own["codes"] or "").split(",") if code.strip()]
        new = [code for code in codes if code not in there]
        if own["codes"] is None or not new:
            return []  # it silences every rule, or these
        given = own["reason"].strip(" \t:-—")
        reasons = given if reason in given.split("; ") else "; ".join(filter(None, (given, reason)))
        rest = comment[own.end() :]
        said = f"# holdfast: ignore[{', '.join([*there, *new])}] {reasons}" + (f"  {rest}" if rest else "")
        self._set(line, before, comment[: own.start()] + said)
        return new

    def _set(self, line: int, before: str, comment: str) -> None:
        code = before.rstrip()
        indent = f"{code}  " if code else before
        self._lines[line - 1] = f"{indent}{comment}"
        self._comments[line] = (len(indent), comment)

    def text(self) -> str:
        """Return the text."""
        return "\n".join(self._lines)


def _encoded(data: bytes, source: SourceText, text: str) -> bytes:
    """Return a text as the file has it: its encoding and byte order mark, and the end of each line."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    ends = LINE_END.findall(data[len(mark) :].decode(source.encoding))
    lines = text.split("\n")
    joined = "".join(line + end for line, end in zip(lines, [*ends, ""], strict=True))
    try:
        return mark + joined.encode(source.encoding)
    except UnicodeEncodeError as error:
        letter = joined[error.start]
        raise CannotIgnore(
            f"encoding `{source.encoding}` of the file has no `{letter}`; give another reason"
        ) from error
