"""Finds the block that a statement lies in, and the statement among those that were lowered with it."""

from bisect import bisect_right

from holdfast_analyzer.outline.shape import Region

from . import ir


def block_of(blocks: list[Region], region: Region) -> Region | None:
    """The block that holds the statement at a region; None when none does.

    Args:
        blocks: the blocks of the file.
        region: of a statement.
    """
    index = bisect_right(blocks, region.line, key=_line) - 1
    return blocks[index] if index >= 0 and blocks[index].end_line >= region.line else None


def statement_at(statements: list[ir.Stmt], region: Region) -> ir.Stmt | None:
    """The statement that stands at a region.

    Args:
        statements: what `summarize` returned for the block that the region lies in.
        region: the statement's first line, its decorators' if it has any, and the column of its own first token.

    Returns:
        The statement, from any depth; None when none begins there.
    """
    wanted = (region.line, region.column + 1)
    while statements:
        found = None
        for statement in statements:
            start = _start(statement)
            if start == wanted:
                return statement
            if start > wanted:
                break
            found = statement
        statements = _inner(found) if found is not None else []
    return None


_DECORATED = frozenset({ir.FunctionDef, ir.ClassDef})


def _start(statement: ir.Stmt) -> tuple[int, int]:
    line, column, *_ = statement.at
    if type(statement) in _DECORATED and statement.decorators:  # type: ignore[union-attr]
        line = statement.decorators[0].at[0]  # type: ignore[union-attr]
    return line, column


def _inner(statement: ir.Stmt) -> list[ir.Stmt]:
    """The statements directly inside a statement, in order."""
    if isinstance(statement, ir.FunctionDef):
        return statement.function.body
    if isinstance(statement, ir.ClassDef | ir.With):
        return statement.body
    if isinstance(statement, ir.If | ir.While | ir.For):
        return statement.body + statement.orelse
    if isinstance(statement, ir.Try):
        handled = [inner for handler in statement.handlers for inner in handler.body]
        return statement.body + handled + statement.orelse + statement.final
    if isinstance(statement, ir.Match):
        return [inner for case in statement.cases for inner in case.body]
    return []


def _line(block: Region) -> int:
    return block.line
