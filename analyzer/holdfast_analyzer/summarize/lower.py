"""Parses one region of a file with libcst and lowers it to the intermediate representation.

Only the region's own lines are parsed. An indented region gets a line `if 1:` before it and keeps its indentation, so that
columns stay the file's own and strings over several lines are untouched.
"""

import re

import libcst as cst

from ..outline.shape import Region
from ..source import SourceText, UnreadableSource
from . import definitions, expressions, imports, ir, literals, patterns, statements
from .depth import TooDeep, refuse_too_deep
from .reader import Grammar, Reader

__all__ = ["TooDeep", "summarize", "summarize_expression"]

_ENCLOSING = "if 1:\n"


def summarize(source: SourceText, region: Region) -> list[ir.Stmt]:
    """Lower the statement that stands at a region.

    Args:
        source: the file.
        region: the statement's whole lines and the column of its first token (that of the first decorator).

    Returns:
        The statement that begins at the region's line and column. Where none begins exactly there, those that begin after
        it on the region's lines. Positions are the file's own.

    Raises:
        UnreadableSource: neither the region's lines nor the whole file can be parsed.
        TooDeep: the text nests too deep.
    """
    text = source.lines(region.line, region.end_line)
    before = text[: region.column]
    if before.strip(" \t\f"):
        # Other code stands before the statement; blanks in its place keep the columns.
        text = " " * region.column + text[region.column :]
        before = text[: region.column]
    refuse_too_deep(source.path, text, region.line)
    enclosing = _ENCLOSING if before.rpartition("\f")[2] else ""
    try:
        module = _parse(enclosing + text)
    except cst.ParserSyntaxError:
        return _from_whole_file(source, region)
    reader = Reader(enclosing + text, _GRAMMAR, line_shift=region.line - 1 - bool(enclosing))
    reader.offset = len(enclosing)
    body = module.body
    if enclosing:
        block = body[0]
        assert isinstance(block, cst.If)
        body = block.body.body  # type: ignore[assignment]
    lowered = definitions.statements(reader, body)
    found = reader.starts.get(len(enclosing) + region.column)
    return lowered if found is None else [found]


def summarize_expression(text: str, at: ir.Position) -> ir.Expr:
    """Parse the text of a string annotation.

    Args:
        text: what the string stands for.
        at: the string's own position, which every node gets.

    Returns:
        The expression; for text that is none, the string itself as a `Constant`.
    """
    stripped = text.strip()
    name = definitions.dotted(stripped, at)
    if name is not None:
        return name
    try:
        refuse_too_deep("", stripped, at[0])
        # In parentheses, as Python itself reads annotations: they may run over several lines.
        parsed = cst.parse_expression(f"({stripped}\n)")
    except (cst.ParserSyntaxError, TooDeep):
        return ir.Constant("str", text, at)
    return Reader(f"({stripped}\n)", _GRAMMAR, fixed=at).expression(parsed)


def _parse(text: str) -> cst.Module:
    return cst.parse_module(text)


def _from_whole_file(source: SourceText, region: Region) -> list[ir.Stmt]:
    """The region's statement out of the whole file: its lines do not stand alone (`else: x = 1`)."""
    refuse_too_deep(source.path, source.text, 1)
    try:
        module = _parse(source.text)
    except cst.ParserSyntaxError as error:
        raise UnreadableSource(source.path, _error_line(error), "syntax error") from error
    reader = Reader(source.text, _GRAMMAR)
    definitions.statements(reader, module.body)
    first = source.starts[region.line - 1] + region.column
    if first in reader.starts:
        return [reader.starts[first]]
    last = source.starts[min(region.end_line, len(source.starts) - 1)]
    return [statement for start, statement in sorted(reader.starts.items()) if first <= start < last]


def _error_line(error: cst.ParserSyntaxError) -> int:
    # libcst reports line 1 for any error and keeps the true place in its message.
    place = re.search(r"error at (\d+):", error.message)
    return int(place[1]) if place else error.raw_line


_GRAMMAR = Grammar(
    {**literals.EXPRESSIONS, **expressions.EXPRESSIONS, **definitions.EXPRESSIONS},
    expressions.SPINES,
    {
        **statements.STATEMENTS,
        **definitions.STATEMENTS,
        **imports.STATEMENTS,
        **patterns.STATEMENTS,
    },
    summarize_expression,
)
