"""Lowers `match` statements and the patterns of their cases."""

from collections.abc import Callable
from typing import Any

import libcst as cst

from . import ir
from .definitions import suite
from .literals import identifier
from .reader import LowerStatement, Reader


class _Pattern:
    """What a pattern binds and evaluates, gathered in source order."""

    __slots__ = ("binds", "classes", "depth", "expressions", "other", "reader", "whole")

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.binds: list[str] = []
        self.expressions: list[ir.Expr] = []
        self.classes: list[ir.Expr] = []
        self.whole = ""
        self.other = False
        self.depth = 0

    def capture(self, node: cst.Name) -> None:
        """Take a name that the pattern binds."""
        self.reader.take(len(node.value))
        name = identifier(node.value)
        self.binds.append(name)
        self.reader.scope.bind(name)

    def part(self, node: Any) -> None:
        """Take a pattern that speaks of a part of the subject."""
        self.depth += 1
        self.read(node)
        self.depth -= 1

    def read(self, node: Any) -> None:
        """Take a pattern with the parentheses around it."""
        if self.depth == 0 and not isinstance(node, cst.MatchClass | cst.MatchAs | cst.MatchOr):
            self.other = True
        if isinstance(node, cst.MatchValue | cst.MatchSingleton):
            self.expressions.append(self.reader.expression(node.value))
            return
        for _ in node.lpar:
            self.reader.take(1)
        _PATTERNS[type(node)](self, node)
        for _ in node.rpar:
            self.reader.take(1)


def _sequence(pattern: _Pattern, node: cst.MatchList | cst.MatchTuple) -> None:
    reader = pattern.reader
    bracketed = isinstance(node, cst.MatchList) and node.lbracket is not None
    if bracketed:
        reader.take(1)
    for element in node.patterns:
        if isinstance(element, cst.MatchStar):
            reader.take(1)
            if element.name is None:
                reader.take(1)
            else:
                pattern.capture(element.name)
        else:
            pattern.part(element.value)
        reader.take_comma()
    if bracketed:
        reader.take(1)


def _mapping(pattern: _Pattern, node: cst.MatchMapping) -> None:
    reader = pattern.reader
    reader.take(1)
    for element in node.elements:
        pattern.expressions.append(reader.expression(element.key))
        reader.take(1)
        pattern.part(element.pattern)
        reader.take_comma()
    if node.rest is not None:
        reader.take(2)
        pattern.capture(node.rest)
        reader.take_comma()
    reader.take(1)


def _class(pattern: _Pattern, node: cst.MatchClass) -> None:
    reader = pattern.reader
    cls = reader.expression(node.cls)
    pattern.expressions.append(cls)
    if pattern.depth == 0:
        pattern.classes.append(cls)
    reader.take(1)
    for element in node.patterns:
        pattern.part(element.value)
        reader.take_comma()
    for keyword in node.kwds:
        reader.take(len(keyword.key.value))
        reader.take(1)
        pattern.part(keyword.pattern)
        reader.take_comma()
    reader.take(1)


def _as(pattern: _Pattern, node: cst.MatchAs) -> None:
    reader = pattern.reader
    if node.pattern is not None:
        pattern.read(node.pattern)
        reader.take(2)
    if pattern.depth == 0 and node.pattern is None:
        pattern.other = True
    if node.name is None:
        reader.take(1)
    else:
        pattern.capture(node.name)
        if pattern.depth == 0:
            pattern.whole = pattern.binds[-1]


def _or(pattern: _Pattern, node: cst.MatchOr) -> None:
    for position, element in enumerate(node.patterns):
        if position:
            pattern.reader.take(1)
        pattern.read(element.pattern)


_PATTERNS: dict[type, Callable[[_Pattern, Any], None]] = {
    cst.MatchList: _sequence,
    cst.MatchTuple: _sequence,
    cst.MatchMapping: _mapping,
    cst.MatchClass: _class,
    cst.MatchAs: _as,
    cst.MatchOr: _or,
}


def _is_irrefutable(node: Any) -> bool:
    if isinstance(node, cst.MatchAs):
        return node.pattern is None or _is_irrefutable(node.pattern)
    return isinstance(node, cst.MatchOr) and any(_is_irrefutable(element.pattern) for element in node.patterns)


def _match(reader: Reader, node: cst.Match) -> ir.Stmt:
    start = reader.take(5)
    subject = reader.expression(node.subject)
    reader.take(1)
    at = reader.at(start)
    return ir.Match(subject, [_case(reader, case) for case in node.cases], at)


def _case(reader: Reader, node: cst.MatchCase) -> ir.Case:
    reader.take(4)
    pattern = _Pattern(reader)
    pattern.read(node.pattern)
    guard = None
    if node.guard is not None:
        reader.take(2)
        guard = reader.expression(node.guard)
    reader.take(1)
    body = suite(reader, node.body)
    catches_all = guard is None and _is_irrefutable(node.pattern)
    # An alternative binds the same names as the others.
    binds = list(dict.fromkeys(pattern.binds))
    classes = [] if pattern.other else pattern.classes
    return ir.Case(binds, pattern.expressions, guard, body, catches_all, classes, pattern.whole)


STATEMENTS: dict[type, LowerStatement] = {cst.Match: _match}
