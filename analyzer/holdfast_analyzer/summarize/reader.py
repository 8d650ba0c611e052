"""Reads a libcst tree and the text that it came from side by side, once, from the first token to the last.

libcst keeps no positions in its nodes and its providers find them by writing the whole tree out again. Lowering visits
every node in source order anyhow, so it carries an offset into the text along: each lowering function takes the
tokens that its node is known to have, and what lies between two tokens (blanks, comments, line ends, backslashes) is
skipped in the text instead of being read from the tree's whitespace nodes.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

from holdfast_analyzer.source import line_starts

from . import ir
from .scopes import Scope

_BETWEEN_TOKENS = re.compile(r"(?:[ \t\f\n]+|\\\n|#[^\n]*)*")
_BLANKS = frozenset(" \t\f\n\\#")

LowerExpression = Callable[["Reader", Any], ir.Expr]
LowerRest = Callable[["Reader", Any, ir.Expr, int], ir.Expr]
LowerStatement = Callable[["Reader", Any], ir.Stmt]


class Grammar:
    """The lowering functions by type of node.

    Attributes:
        expressions: for expressions that begin with a token of their own or are one token.
        spines: for expressions that begin with another expression (`a.b`, `a(b)`, `a + b`): the field that holds it,
            and the function that lowers the rest once the first is lowered.
        statements: for statements.
        quoted: for the text of a string annotation and the string's position.
    """

    __slots__ = ("expressions", "quoted", "spines", "statements")

    def __init__(
        self,
        expressions: Mapping[type, LowerExpression],
        spines: Mapping[type, tuple[str, LowerRest]],
        statements: Mapping[type, LowerStatement],
        quoted: Callable[[str, ir.Position], ir.Expr],
    ) -> None:
        self.expressions = dict(expressions)
        self.spines = dict(spines)
        self.statements = dict(statements)
        self.quoted = quoted


class Reader:
    """Where lowering stands in the text, and in which scope.

    Attributes:
        text: the parsed text, ended by a token of its own so that looking at the next character never fails.
        offset: of the first character that no node has taken.
        opening: offset of the parenthesis taken last.
        scope: the innermost function, lambda or class whose names are being collected.
        starts: each statement by the offset of its first token, decorators included.
    """

    __slots__ = (
        "_fixed",
        "_grammar",
        "_line",
        "_line_end",
        "_line_shift",
        "_line_start",
        "_line_starts",
        "offset",
        "opening",
        "scope",
        "starts",
        "text",
    )

    def __init__(self, text: str, grammar: Grammar, *, line_shift: int = 0, fixed: ir.Position | None = None) -> None:
        """Start at the beginning of a text.

        Args:
            text: exactly what was parsed, line ends `\\n`.
            grammar: the lowering functions.
            line_shift: what to add to a line of the text to have the file's.
            fixed: the position that every node gets, for text that stands inside a string.
        """
        self.text = text + "\n;"
        self.offset = 0
        self.opening = 0
        self.scope = Scope()
        self.starts: dict[int, ir.Stmt] = {}
        self._grammar = grammar
        self._fixed = fixed
        self._line_starts = line_starts(self.text)
        self._line_shift = line_shift
        self._line = 1 + line_shift
        self._line_start = 0
        # An empty first line sends every node to the fixed position.
        self._line_end = self._line_starts[1] if fixed is None else 0

    def start(self) -> int:
        """Go to the next token and return its offset."""
        offset = self.offset
        text = self.text
        if text[offset] in _BLANKS:
            if text[offset] == " " and text[offset + 1] not in _BLANKS:
                offset += 1
            else:
                between = _BETWEEN_TOKENS.match(text, offset)
                assert between is not None
                offset = between.end()
            self.offset = offset
        return offset

    def take(self, length: int) -> int:
        """Take the next token, which has `length` characters; return its offset."""
        start = self.start()
        self.offset = start + length
        return start

    def take_comma(self) -> None:
        """Take the next token if it is a comma; else stay where the last one ended."""
        text = self.text
        offset = self.offset
        if text[offset] == ",":
            self.offset = offset + 1
            return
        start = self.start()
        self.offset = start + 1 if text[start] == "," else offset

    def at(self, start: int) -> ir.Position:
        """The position of what was taken from `start` until now."""
        return self.between(start, self.offset)

    def between(self, start: int, end: int) -> ir.Position:
        """The position of the text from offset `start` up to offset `end`."""
        line_start = self._line_start
        if line_start <= start and end < self._line_end:
            line = self._line
            return (line, start - line_start + 1, line, end - line_start + 1)
        if self._fixed is not None:
            return self._fixed
        starts = self._line_starts
        first = bisect_right(starts, start)
        last = bisect_right(starts, end)
        self._line = last + self._line_shift
        self._line_start = starts[last - 1]
        self._line_end = starts[last]
        return (first + self._line_shift, start - starts[first - 1] + 1, self._line, end - self._line_start + 1)

    def expression(self, node: Any) -> ir.Expr:
        """Lower an expression together with the parentheses around it, which its position leaves out as `ast` does."""
        if node.lpar:
            for _ in node.lpar:
                self.opening = self.take(1)
        lower = self._grammar.expressions.get(type(node))
        lowered = self._spine(node) if lower is None else lower(self, node)
        if node.rpar:
            for _ in node.rpar:
                self.take(1)
        return lowered

    def statement(self, node: Any) -> ir.Stmt:
        """Lower a statement, a semicolon before it included."""
        start = self.start()
        if self.text[start] == ";":
            self.offset = start + 1
            start = self.start()
        lowered = self._grammar.statements[type(node)](self, node)
        self.starts[start] = lowered
        return lowered

    def quoted(self, text: str, at: ir.Position) -> ir.Expr:
        """Parse and lower the text of a string annotation, every node at the string's position."""
        return self._grammar.quoted(text, at)

    def _spine(self, node: Any) -> ir.Expr:
        """Lower a chain of expressions that each begin with the next (`a.b(c)[d] + e`), without recursion along it."""
        spines = self._grammar.spines
        chain: list[tuple[Any, LowerRest, int]] = []
        start = self.start()
        while True:
            spine = spines.get(type(node))
            if spine is None:
                break
            field, finish = spine
            chain.append((node, finish, start))
            node = getattr(node, field)
            if node.lpar:
                for _ in node.lpar:
                    self.opening = self.take(1)
                start = self.start()
        lowered = self._grammar.expressions[type(node)](self, node)
        if node.rpar:
            for _ in node.rpar:
                self.take(1)
        while chain:
            node, finish, start = chain.pop()
            lowered = finish(self, node, lowered, start)
            # The outermost node's own parentheses are its caller's.
            if node.rpar and chain:
                for _ in node.rpar:
                    self.take(1)
        return lowered
