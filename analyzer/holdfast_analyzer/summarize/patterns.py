"""Lowers `match` statements and the patterns of their cases."""

import ast
from collections.abc import Callable
from typing import Any

from . import ir
from .lowering import Lowering, LowerStatement


class _Pattern:
    """What a pattern binds and evaluates, gathered in source order."""

    __slots__ = ("binds", "classes", "depth", "expressions", "lowering", "other", "whole")

    def __init__(self, lowering: Lowering) -> None:
        self.lowering = lowering
        self.binds: list[str] = []
        self.expressions: list[ir.Expr] = []
        self.classes: list[ir.Expr] = []
        self.whole = ""
        self.other = False
        self.depth = 0

    def capture(self, name: str) -> None:
        """Take a name that the pattern binds."""
        self.binds.append(name)
        self.lowering.scope.bind(name)

    def part(self, node: ast.pattern) -> None:
        """Take a pattern that speaks of a part of the subject."""
        self.depth += 1
        self.read(node)
        self.depth -= 1

    def read(self, node: ast.pattern) -> None:
        """Take a pattern."""
        if self.depth == 0 and not isinstance(node, ast.MatchClass | ast.MatchAs | ast.MatchOr):
            self.other = True
        _PATTERNS[type(node)](self, node)


def _value(pattern: _Pattern, node: ast.MatchValue) -> None:
    pattern.expressions.append(pattern.lowering.expression(node.value))


def _singleton(pattern: _Pattern, node: ast.MatchSingleton) -> None:
    kind = "none" if node.value is None else "bool"
    pattern.expressions.append(ir.Constant(kind, node.value, pattern.lowering.at(node)))


def _sequence(pattern: _Pattern, node: ast.MatchSequence) -> None:
    for element in node.patterns:
        pattern.part(element)


def _star(pattern: _Pattern, node: ast.MatchStar) -> None:
    if node.name is not None:
        pattern.capture(node.name)


def _mapping(pattern: _Pattern, node: ast.MatchMapping) -> None:
    for key, value in zip(node.keys, node.patterns, strict=True):
        pattern.expressions.append(pattern.lowering.expression(key))
        pattern.part(value)
    if node.rest is not None:
        pattern.capture(node.rest)


def _class(pattern: _Pattern, node: ast.MatchClass) -> None:
    cls = pattern.lowering.expression(node.cls)
    pattern.expressions.append(cls)
    if pattern.depth == 0:
        pattern.classes.append(cls)
    for element in (*node.patterns, *node.kwd_patterns):
        pattern.part(element)


def _as(pattern: _Pattern, node: ast.MatchAs) -> None:
    if node.pattern is not None:
        pattern.read(node.pattern)
    elif pattern.depth == 0:
        pattern.other = True
    if node.name is not None:
        pattern.capture(node.name)
        if pattern.depth == 0:
            pattern.whole = node.name


def _or(pattern: _Pattern, node: ast.MatchOr) -> None:
    for alternative in node.patterns:
        pattern.read(alternative)


_PATTERNS: dict[type, Callable[[_Pattern, Any], None]] = {
    ast.MatchValue: _value,
    ast.MatchSingleton: _singleton,
    ast.MatchSequence: _sequence,
    ast.MatchStar: _star,
    ast.MatchMapping: _mapping,
    ast.MatchClass: _class,
    ast.MatchAs: _as,
    ast.MatchOr: _or,
}


def _is_irrefutable(node: ast.pattern) -> bool:
    if isinstance(node, ast.MatchAs):
        return node.pattern is None or _is_irrefutable(node.pattern)
    return isinstance(node, ast.MatchOr) and any(_is_irrefutable(alternative) for alternative in node.patterns)


def _match(lowering: Lowering, node: ast.Match) -> ir.Stmt:
    subject = lowering.expression(node.subject)
    at = lowering.header(node, node.subject)
    return ir.Match(subject, [_case(lowering, case) for case in node.cases], at)


def _case(lowering: Lowering, node: ast.match_case) -> ir.Case:
    pattern = _Pattern(lowering)
    pattern.read(node.pattern)
    guard = lowering.expression(node.guard) if node.guard is not None else None
    body = lowering.block(node.body)
    catches_all = guard is None and _is_irrefutable(node.pattern)
    # An alternative binds the same names as the others.
    binds = list(dict.fromkeys(pattern.binds))
    classes = [] if pattern.other else pattern.classes
    return ir.Case(binds, pattern.expressions, guard, body, catches_all, classes, pattern.whole)


STATEMENTS: dict[type, LowerStatement] = {ast.Match: _match}
