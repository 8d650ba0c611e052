"""Comments that silence findings: how they are written, and which lines each covers."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterable

from msgspec import Struct

from holdfast_rules.facts import Span

HINT = re.compile(r"holdfast\s*:\s*ignore|noqa\s*:.*DUR\d", re.IGNORECASE)
"""Cheap search over the text: a file without a hit has no suppression, and is not tokenized."""

HOLDFAST = re.compile(r"#\s*holdfast\s*:\s*ignore(?:\[(?P<codes>[^\]]*)\])?(?![\w\[-])(?P<reason>[^#]*)", re.IGNORECASE)
"""`# holdfast: ignore[DUR101, DUR102] reason`, also behind another comment."""

NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)(?P<reason>[^#]*)", re.IGNORECASE)
"""`# noqa: E501, DUR101`, as flake8 reads it. A bare `# noqa` is flake8's alone."""

CODE = re.compile(r"DUR\d{3}")

Lines = tuple[int, int]
"""First and last line, from 1, both included."""


class Directive(Struct, frozen=True, kw_only=True):
    """A suppression comment and what it covers.

    Attributes:
        at: the place of the comment.
        codes: the codes that it names; empty for all.
        reason: the text behind it, or "".
        first: the first line that it covers: of the statement, or of the function when it stands on a `def`.
        last: the last line that it covers.
    """

    at: Span
    codes: tuple[str, ...]
    reason: str
    first: int
    last: int

    def covers(self, code: str, path: str, line: int) -> bool:
        """Return whether a finding of rule `code` with this line in its chain is silenced."""
        return self.at.path == path and self.first <= line <= self.last and (not self.codes or code in self.codes)


def parse_suppressions(text: str, path: str, parse: Callable[[str], ast.Module | None]) -> tuple[Directive, ...]:
    """Return the suppression comments of a file, in order. Text in strings is no comment.

    A comment covers the whole statement when it stands on its first or last line, and the whole function when that
    statement is a `def`. In a file that cannot be parsed it covers its own line.

    Args:
        text: the file's text.
        path: as findings name it.
        parse: gives the syntax tree of the text, None where there is none; called only when there is a comment.
    """
    if not HINT.search(text):
        return ()
    found = []
    statements: Statements | None = None
    for line, column, comment in _comments(text):
        parsed = _parse_comment(comment)
        if parsed is None:
            continue
        if statements is None:
            statements = Statements(text, parse(text))
        codes, reason = parsed
        first, last = statements.around(line)
        at = Span(path=path, line=line, column=column, end_line=line, end_column=column + len(comment))
        found.append(Directive(at=at, codes=codes, reason=reason, first=first, last=last))
    return tuple(found)


def _parse_comment(comment: str) -> tuple[tuple[str, ...], str] | None:
    """Return the codes and the reason of a suppression comment, or None for any other comment."""
    own = HOLDFAST.search(comment)
    if own is not None:
        codes = tuple(code.strip().upper() for code in (own["codes"] or "").split(",") if code.strip())
        return codes, own["reason"].strip(" \t:-—")
    noqa = NOQA.search(comment)
    codes = tuple(CODE.findall(noqa["codes"].upper())) if noqa is not None else ()
    if noqa is not None and codes:
        return codes, noqa["reason"].strip(" \t:-—")
    return None


def _comments(text: str) -> Iterable[tuple[int, int, str]]:
    """Yield line (from 1), column (from 1) and text of each comment; stop at the first thing that is no Python."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.start[1] + 1, token.string
    except (tokenize.TokenError, SyntaxError):
        # The file's own error is reported by whoever parses it; the comments up to there still count.
        return


class Statements:
    """The statements of a file by their lines: simple ones whole, compound ones by their header (`def …:`, `if …:`)."""

    def __init__(self, text: str, tree: ast.Module | None) -> None:
        """Take a file's text and its tree; without a tree there are no statements."""
        self._at: dict[int, Lines] = {}
        self._functions: dict[Lines, Lines] = {}
        self._source = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if tree is not None:
            self._read(tree)

    def around(self, line: int) -> Lines:
        """Return the lines that belong to a comment at the end of `line`.

        Returns:
            The statement, or the header of a compound one, that begins or ends on `line`; the whole function with its
            decorators when that is the header of a function; else the line alone.
        """
        lines = self._at.get(line, (line, line))
        return self._functions.get(lines, lines)

    def end_of(self, line: int) -> int:
        """Return the last line of the innermost statement, or header of a compound one, that `line` lies in; else `line`."""
        around = [lines for lines in self._at.values() if lines[0] <= line <= lines[1]]
        return min(around, key=lambda lines: lines[1] - lines[0])[1] if around else line

    def _read(self, tree: ast.Module) -> None:
        pending: list[ast.AST] = [tree]
        while pending:
            for child in ast.iter_child_nodes(pending.pop()):
                if isinstance(child, ast.stmt):
                    self._add_statement(child)
                if not isinstance(child, ast.expr):
                    pending.append(child)

    def _add_statement(self, statement: ast.stmt) -> None:
        body = getattr(statement, "body", None) or getattr(statement, "cases", None)
        last = statement.end_lineno or statement.lineno
        if not body:
            self._add(statement.lineno, last)
            return
        header = self._header(statement.lineno, _first_line(body[0]))
        self._add(*header)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._functions[header] = (_first_line(statement), last)

    def _add(self, first: int, last: int) -> None:
        # Inner statements are added after outer ones: the innermost that begins or ends on a line is meant.
        self._at[first] = self._at[last] = (first, last)

    def _header(self, first: int, body: int) -> Lines:
        """Return the lines of a header whose body begins on line `body`; comments and blanks between do not count."""
        last = max(first, body - 1)
        while last > first and self._source[last - 1].strip().partition("#")[0] == "":
            last -= 1
        return first, last


def _first_line(node: ast.AST) -> int:
    """Return the first line of a statement with its decorators, or of a `case`."""
    decorators = getattr(node, "decorator_list", None)
    if decorators:
        return int(decorators[0].lineno)
    return int(getattr(getattr(node, "pattern", node), "lineno", 1))
