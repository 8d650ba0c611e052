"""Which findings have to do with changed lines: the hazard, a call that leads to it, or a function on the way."""

import ast
from collections.abc import Iterable, Sequence
from pathlib import Path

from holdfast_analyzer.git import Changes
from holdfast_analyzer.source import SourceText, UnreadableSource
from holdfast_analyzer.syntax.parse import parse_source
from holdfast_rules.rule import Finding

Lines = tuple[int, int]


class Touched:
    """Tells findings that touch changed lines from others.

    A finding does when the hazard's own lines, the line of a call in its chain, or the header (decorators included) of
    a function that the chain passes through has changed: a decorator that is gone makes workflow code of what was a step.
    """

    def __init__(self, changes: Changes) -> None:
        """Take what has changed."""
        self._changes = changes
        self._headers: dict[str, list[tuple[Lines, Lines]]] = {}

    def among(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the findings that touch changed lines, in their order."""
        return tuple(finding for finding in findings if self.includes(finding))

    def includes(self, finding: Finding) -> bool:
        """Return whether a finding touches changed lines."""
        if self._touches(finding.path, finding.line, max(finding.line, finding.end_line)):
            return True
        return any(self._touches(frame.path, frame.line, frame.line) for frame in finding.chain)

    def _touches(self, path: str, first: int, last: int) -> bool:
        if not self._changes.has(path):
            return False
        if self._changes.touches(path, first, last):
            return True
        return any(
            whole[0] <= first <= whole[1] and self._changes.touches(path, *header)
            for header, whole in self._definitions(path)
        )

    def _definitions(self, path: str) -> Sequence[tuple[Lines, Lines]]:
        """Return header and whole of every function and class of a file; none of one that cannot be parsed."""
        found = self._headers.get(path)
        if found is None:
            try:
                tree = parse_source(SourceText.from_bytes(path, Path(path).read_bytes())).module
                found = list(_definitions_in(tree))
            except (OSError, UnreadableSource):
                found = []  # the file's own error entry says why
            self._headers[path] = found
        return found


def _definitions_in(tree: ast.Module) -> Iterable[tuple[Lines, Lines]]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield (first, max(node.lineno, node.body[0].lineno - 1)), (first, node.end_lineno or node.lineno)
