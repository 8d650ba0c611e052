"""Lowers a block of a file from its `ast` to the intermediate representation.

From `ast`, not from libcst: the outline needs the `ast` anyhow, and over the same code libcst's parser takes ten times as
long as Python's and its nodes twice as long to read. libcst reads what the running Python refuses (`syntax.newer`), and
fixes are made with it, because it keeps every blank.
"""

import ast

from holdfast_analyzer.outline.blocks import statements_in
from holdfast_analyzer.outline.shape import Region
from holdfast_analyzer.source import SourceText, UnreadableSource
from holdfast_analyzer.syntax.parse import SyntaxTree, parse_text

from . import definitions, expressions, imports, ir, literals, patterns, statements
from .depth import TooDeep
from .lowering import Grammar, Lowering, QuotedLowering

__all__ = ["TooDeep", "summarize", "summarize_expression"]


def summarize(tree: SyntaxTree, block: Region) -> list[ir.Stmt]:
    """Lower the statements of a block.

    Args:
        tree: the file.
        block: one of the blocks of its outline.

    Returns:
        The statements. Positions are the file's own.

    Raises:
        TooDeep: they nest deeper, or chain longer, than can be followed, or than the interpreter's recursion limit.
    """
    lowering = Lowering(tree, _GRAMMAR)
    try:
        return lowering.block(statements_in(tree.module.body, block))
    except RecursionError as error:
        raise TooDeep(
            tree.source.path,
            block.line,
            "the code here nests deeper than the recursion limit; raise it with `sys.setrecursionlimit`",
        ) from error


def summarize_expression(text: str, at: ir.Position) -> ir.Expr:
    """Parse the text of a string annotation.

    Args:
        text: what the string stands for.
        at: the string's own position, which every node gets.

    Returns:
        The expression; for text that is none, the string itself as a `Constant`.
    """
    stripped = text.strip()
    if not stripped:
        return ir.Constant("str", text, at)
    name = definitions.dotted(stripped, at)
    if name is not None:
        return name
    try:
        # In parentheses, as Python itself reads annotations: they may run over several lines.
        source = SourceText("", f"({stripped}\n)")
        module = parse_text(source.text)
        (statement,) = module.body
        assert isinstance(statement, ast.Expr)
        return QuotedLowering(SyntaxTree(source, module, False), _GRAMMAR, at).expression(statement.value)
    except (SyntaxError, ValueError, UnreadableSource, RecursionError, MemoryError):
        return ir.Constant("str", text, at)


_GRAMMAR = Grammar(
    {**literals.EXPRESSIONS, **expressions.EXPRESSIONS, **definitions.EXPRESSIONS},
    expressions.SPINES,
    {**statements.STATEMENTS, **definitions.STATEMENTS, **imports.STATEMENTS, **patterns.STATEMENTS},
    summarize_expression,
)
