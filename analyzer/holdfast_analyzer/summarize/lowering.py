"""Where lowering stands: the file, the innermost scope, and the positions of nodes."""

import re
from ast import AST, Attribute, BinOp, Call, Name, Subscript, expr, stmt
from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any

from holdfast_analyzer.syntax.parse import SyntaxTree

from . import ir
from .depth import DEEPEST, LONGEST_CHAIN, TooDeep
from .scopes import Scope

# Between the last node of a header and its colon stand brackets, commas, keywords, names and comments, but no string.
_COLON = re.compile(r"[^:#]*(?:#[^\n]*[^:#]*)*:")
_BETWEEN_TOKENS = re.compile(r"(?:[ \t\f\n\\]+|#[^\n]*)*")

LowerExpression = Callable[["Lowering", Any], ir.Expr]
LowerRest = Callable[["Lowering", Any, ir.Expr], ir.Expr]
LowerStatement = Callable[["Lowering", Any], ir.Stmt]


class Grammar:
    """The lowering functions by type of node.

    Attributes:
        expressions: for expressions; names, and attributes of what is lowered, need none.
        spines: for expressions that begin with another expression and may form long chains with it (`a(b)`, `a + b`): what
            lowers the rest once the first is lowered.
        statements: for statements.
        quoted: for the text of a string annotation and the string's position.
    """

    __slots__ = ("expressions", "quoted", "spines", "statements")

    def __init__(
        self,
        expressions: Mapping[type, LowerExpression],
        spines: Mapping[type, LowerRest],
        statements: Mapping[type, LowerStatement],
        quoted: Callable[[str, ir.Position], ir.Expr],
    ) -> None:
        self.expressions = dict(expressions)
        self.spines = dict(spines)
        self.statements = dict(statements)
        self.quoted = quoted


class Lowering:
    """Lowers the statements of a file.

    Attributes:
        tree: the file.
        text: its text.
        starts: the offset of each line's first character.
        scope: the innermost function, lambda or class whose names are being collected.
    """

    def __init__(self, tree: SyntaxTree, grammar: Grammar) -> None:
        self.tree = tree
        self.text = tree.source.text
        self.starts = tree.source.starts
        self.scope = Scope()
        self.quoted = grammar.quoted
        self._expressions = grammar.expressions
        self._spines = grammar.spines
        self._statements = grammar.statements
        self._wide = tree.wide_lines
        self._depth = 0

    # Positions

    def at(self, node: Any) -> ir.Position:
        """The position of a node."""
        if not self._wide:
            return (node.lineno, node.col_offset + 1, node.end_lineno, node.end_col_offset + 1)
        characters = self.tree.characters
        line, end_line = node.lineno, node.end_lineno
        return (line, characters(line, node.col_offset) + 1, end_line, characters(end_line, node.end_col_offset) + 1)

    def span(self, node: Any) -> tuple[int, int]:
        """The offsets in the text of a node's first character and of that behind its last."""
        starts, characters = self.starts, self.tree.characters
        return (
            starts[node.lineno - 1] + characters(node.lineno, node.col_offset),
            starts[node.end_lineno - 1] + characters(node.end_lineno, node.end_col_offset),
        )

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def between(self, start: int, end: int) -> ir.Position:
        """The position of the text between two offsets."""
        return (*self._place(start), *self._place(end))

    def header(self, node: AST, last: AST | None) -> ir.Position:
        """The position of the header of a compound statement or a lambda, up to its colon.

        Args:
            node: the statement, or the lambda.
            last: the last node of its header, or None when it has none.
        """
        line, column, *_ = at = self.at(node)
        if last is not None:
            *_, line, column = self.at(last)
        start = self.starts[line - 1] + column - 1
        if self.text[start] == ":":
            return (at[0], at[1], line, column + 1)
        colon = _COLON.match(self.text, start)
        assert colon is not None
        end = colon.end()
        if "\n" in colon[0]:
            return (at[0], at[1], *self._place(end))
        return (at[0], at[1], line, column + end - start)

    def rest(self, header: ir.Position, whole: ir.Position) -> ir.Position:
        """The position of what stands behind a header, up to the end of the whole."""
        between = _BETWEEN_TOKENS.match(self.text, self.starts[header[2] - 1] + header[3] - 1)
        assert between is not None
        return (*self._place(between.end()), whole[2], whole[3])

    # Nodes

    def expression(self, node: expr) -> ir.Expr:
        """Lower an expression."""
        kind = node.__class__
        # A third of all nodes, and no function need be called for them.
        if kind is Name:
            return ir.Name(node.id, self.at(node))  # type: ignore[attr-defined]
        lower = self._expressions.get(kind)
        return self._spine(node) if lower is None else lower(self, node)

    def deeper(self, node: expr) -> ir.Expr:
        """Lower a part of an expression that may nest in its own kind without brackets: `not not a`, `a if b else c if …`.

        Raises:
            TooDeep: it does so too often.
        """
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooDeep.nested(self.tree.source.path, node.lineno)
        lowered = self.expression(node)
        self._depth -= 1
        return lowered

    def _spine(self, node: Any) -> ir.Expr:
        """Lower a chain of expressions that each begin with the next (`a.b(c)[d] + e`), without recursion along it."""
        chain: list[Any] = []
        while True:
            kind = node.__class__
            if kind is Attribute or kind is Subscript:
                chain.append(node)
                node = node.value
            elif kind is Call:
                chain.append(node)
                node = node.func
            elif kind is BinOp:
                chain.append(node)
                node = node.left
            else:
                break
        if len(chain) > LONGEST_CHAIN:
            raise TooDeep.chained(self.tree.source.path, chain[0].lineno, len(chain))
        lowered = self.expression(node)
        while chain:
            node = chain.pop()
            kind = node.__class__
            if kind is Attribute:
                lowered = ir.Attribute(lowered, node.attr, self.at(node))
            else:
                lowered = self._spines[kind](self, node, lowered)
        return lowered

    def block(self, nodes: list[stmt]) -> list[ir.Stmt]:
        """Lower statements in order."""
        lower = self._statements
        return [lower[node.__class__](self, node) for node in nodes]


class QuotedLowering(Lowering):
    """Lowers the expression in a string annotation: every node stands where the string stands."""

    def __init__(self, tree: SyntaxTree, grammar: Grammar, at: ir.Position) -> None:
        super().__init__(tree, grammar)
        self._fixed = at

    def at(self, node: Any) -> ir.Position:
        """The position of the string."""
        return self._fixed

    def between(self, start: int, end: int) -> ir.Position:
        """The position of the string."""
        return self._fixed

    def header(self, node: AST, last: AST | None) -> ir.Position:
        """The position of the string."""
        return self._fixed

    def rest(self, header: ir.Position, whole: ir.Position) -> ir.Position:
        """The position of the string."""
        return self._fixed
