"""Parses one region of a file with libcst and lowers it to the intermediate representation.

Only the region's own lines are parsed. An indented region gets a line `if 1:` before it and keeps its indentation, so
that columns stay the file's own and strings over several lines are untouched.
"""

import re

import libcst as cst

from holdfast_analyzer.outline.shape import Region
from holdfast_analyzer.source import SourceText, UnreadableSource

from . import definitions, expressions, imports, ir, literals, patterns, statements
from .depth import TooDeep, refuse_too_deep
from .reader import Grammar, Reader

__all__ = ["TooDeep", "summarize", "summarize_expression"]

_PLACE = re.compile(r"error at (\d+):")
_ENCLOSING = "if 1:\n"
# The second is raised by nodes that find themselves impossible, such as text and bytes in one literal.
_SYNTAX_ERRORS = (cst.ParserSyntaxError, cst.CSTValidationError)


def summarize(source: SourceText, region: Region) -> list[ir.Stmt]:
    """Lower the statement that stands at a region.

    Args:
        source: the file.
        region: the statement's whole lines and the column of its first token (that of the first decorator).

    Returns:
        The statement that begins at the region's line and column. Where none begins exactly there, those that begin
        after it on the region's lines. Positions are the file's own.

    Raises:
        UnreadableSource: neither the region's lines nor the whole file can be parsed.
        TooDeep: the text nests too deep, for the parser or for the interpreter's recursion limit.
    """
    text = source.lines(region.line, region.end_line)
    before = text[: region.column]
    if before.strip(" \t\f"):
        # Other code stands before the statement; blanks in its place keep the columns.
        before = " " * region.column
        text = before + text[region.column :]
    refuse_too_deep(source.path, text, region.line)
    # A form feed sets the indentation back to zero.
    enclosing = _ENCLOSING if before.rpartition("\f")[2] else ""
    text = enclosing + text
    try:
        module = cst.parse_module(text)
    except _SYNTAX_ERRORS:
        return _from_whole_file(source, region)
    body: object = module.body
    if enclosing:
        block = module.body[0]
        assert isinstance(block, cst.If)
        body = block.body.body
    reader = Reader(text, _GRAMMAR, line_shift=region.line - 1 - len(enclosing[:1]))
    reader.offset = len(enclosing)
    lowered = _lowered(source, reader, body, region.line)
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
    if not stripped:
        return ir.Constant("str", text, at)
    name = definitions.dotted(stripped, at)
    if name is not None:
        return name
    # In parentheses, as Python itself reads annotations: they may run over several lines.
    parenthesised = f"({stripped}\n)"
    try:
        refuse_too_deep("", parenthesised, at[0])
        parsed = cst.parse_expression(parenthesised)
    except (*_SYNTAX_ERRORS, TooDeep):
        return ir.Constant("str", text, at)
    return Reader(parenthesised, _GRAMMAR, fixed=at).expression(parsed)


def _from_whole_file(source: SourceText, region: Region) -> list[ir.Stmt]:
    """The region's statement out of the whole file: its lines do not stand alone (`a = 1; b = (` and so on)."""
    refuse_too_deep(source.path, source.text, 1)
    try:
        module = cst.parse_module(source.text)
    except cst.ParserSyntaxError as error:
        # Only the message has the right line, and only when it is the parser's, not the tokenizer's.
        place = _PLACE.search(error.message)
        line = min(int(place[1]), source.line_count) if place else region.line
        raise UnreadableSource(source.path, line, f"syntax error: {_reason(error.message)}") from error
    except cst.CSTValidationError as error:
        raise UnreadableSource(source.path, region.line, f"syntax error: {_reason(str(error))}") from error
    reader = Reader(source.text, _GRAMMAR)
    _lowered(source, reader, module.body, 1)
    first = source.starts[region.line - 1] + region.column
    if first in reader.starts:
        return [reader.starts[first]]
    last = source.starts[min(region.end_line, len(source.starts) - 1)]
    return [statement for start, statement in sorted(reader.starts.items()) if first <= start < last]


def _lowered(source: SourceText, reader: Reader, body: object, line: int) -> list[ir.Stmt]:
    try:
        return definitions.statements(reader, body)
    except RecursionError as error:
        raise TooDeep(
            source.path,
            line,
            "the code here nests deeper than the recursion limit; raise it with `sys.setrecursionlimit`",
        ) from error


def _reason(message: str) -> str:
    # `tokenizer error: unmatched ')'`, `parser error: error at 1:7: expected one of (, *, …`
    first_line = message.partition("\n")[0].rstrip(".")
    reason = first_line.partition("error: ")[2] or first_line
    if reason.startswith("error at "):
        reason = reason.split(": ", 1)[-1]
    reason = reason[:1].lower() + reason[1:]
    return reason if len(reason) <= 80 else reason[:79] + "…"


_GRAMMAR = Grammar(
    {**literals.EXPRESSIONS, **expressions.EXPRESSIONS, **definitions.EXPRESSIONS},
    expressions.SPINES,
    {**statements.STATEMENTS, **definitions.STATEMENTS, **imports.STATEMENTS, **patterns.STATEMENTS},
    summarize_expression,
)
