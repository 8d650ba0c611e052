"""Where the statements of a file begin and end: what a comment at the end of a line belongs to."""

import ast

from holdfast_analyzer.outline.parse import parse_source
from holdfast_analyzer.source import SourceText, UnreadableSource

Lines = tuple[int, int]
"""First and last line, from 1, both included."""


class Statements:
    """The statements of a file by their lines: simple ones whole, compound ones by their header (`def …:`, `if …:`)."""

    def __init__(self, text: str) -> None:
        """Parse `text`; where that is impossible there are no statements."""
        self._at: dict[int, Lines] = {}
        self._functions: dict[Lines, Lines] = {}
        self._source = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        try:
            tree, _ = parse_source(SourceText("", text))
        except UnreadableSource:
            return  # broken code is reported by whoever analyses it
        self._read(tree)

    def around(self, line: int) -> Lines:
        """Return the lines that belong to a comment at the end of `line`.

        Returns:
            The statement, or the header of a compound one, that begins or ends on `line`; the whole function with its
            decorators when that is the header of a function; else the line alone.
        """
        lines = self._at.get(line, (line, line))
        return self._functions.get(lines, lines)

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
