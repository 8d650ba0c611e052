"""From text to an `ast`, whatever the running Python makes of it."""

import ast
import re
import warnings
from bisect import bisect_right

from holdfast_analyzer.source import SourceText, UnreadableSource

_TOO_DEEP = "nested too deeply for Python's parser; split the expression or the block"
_WIDE = re.compile(r"[^\x00-\x7f\n][^\n]*")


class SyntaxTree:
    """A file's text and its tree.

    Attributes:
        source: the file.
        module: its tree. Positions are those of the text, also where newer syntax was read.
        is_newer: its syntax is newer than the running Python.
        wide_lines: the lines that hold characters beyond ASCII, where columns in bytes and in characters differ.
    """

    __slots__ = ("is_newer", "module", "source", "wide_lines")

    def __init__(self, source: SourceText, module: ast.Module, is_newer: bool) -> None:
        self.source = source
        self.module = module
        self.is_newer = is_newer
        self.wide_lines = wide_lines(source.text)

    def characters(self, line: int, column: int) -> int:
        """The column in characters, from 0, of a column in bytes of UTF-8, from 0, as `ast` counts."""
        if line not in self.wide_lines:
            return column
        return len(self.source.lines(line, line).encode()[:column].decode(errors="replace"))


def parse_source(source: SourceText) -> SyntaxTree:
    """Parse a file.

    Args:
        source: the file's text.

    Returns:
        Its tree.

    Raises:
        UnreadableSource: the text is no Python of any version, or nested too deeply.
    """
    try:
        return SyntaxTree(source, parse_text(source.text), False)
    except SyntaxError as error:
        refused = error
    except (RecursionError, MemoryError) as error:
        raise UnreadableSource(source.path, 1, _TOO_DEEP) from error
    except ValueError as error:
        # Lone surrogates and null characters: text that no file on disk decodes to, but an editor's buffer may hold.
        raise UnreadableSource(source.path, 1, f"text cannot be encoded: {error}") from error
    # Only here, because libcst takes longer to import than most checks take.
    from holdfast_analyzer.syntax.newer import parse_newer

    if "too many nested parentheses" not in (refused.msg or ""):
        module = parse_newer(source.text)
        if module is not None:
            return SyntaxTree(source, module, True)
    raise UnreadableSource(source.path, refused.lineno or 1, f"syntax error: {_lowered(refused.msg)}") from refused


def parse_text(text: str) -> ast.Module:
    """Parse text that the running Python can read.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `ast.parse` does.
    """
    with warnings.catch_warnings():
        # Invalid escapes and the like concern the file's author, and Python warns of them when it runs the file.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def parse_expression(text: str, starts: list[int], start: int, end: int) -> ast.expr:
    """Parse a part of a file that is an expression, such as a field of an f-string.

    Args:
        text: the file.
        starts: the offset of each line's first character.
        start, end: the offsets of the expression; blanks and line ends around it do not matter.

    Returns:
        The expression, every position that of the file (in bytes of UTF-8, as `ast` counts).

    Raises:
        SyntaxError: it is no expression of any version.
    """
    # In parentheses it may run over several lines.
    fragment = f"({text[start:end]}\n)"
    try:
        module = parse_text(fragment)
    except SyntaxError:
        from holdfast_analyzer.syntax.newer import parse_newer

        newer = parse_newer(fragment)
        if newer is None:
            raise
        module = newer
    (statement,) = module.body
    assert isinstance(statement, ast.Expr)
    node = statement.value
    line = bisect_right(starts, start)
    own_parentheses = isinstance(node, ast.Tuple) and (node.lineno, node.col_offset) == (1, 0)
    _move(node, line - 1, len(text[starts[line - 1] : start].encode()) - 1)
    if own_parentheses:
        # A tuple without parentheses would take those that were put around it.
        _place(node, text, starts, start, end)
    return node


def _move(node: ast.expr, lines: int, columns: int) -> None:
    """Add to every line of a tree, and to the columns of its first line."""
    waiting: list[ast.AST] = [node]
    while waiting:
        item = waiting.pop()
        waiting += ast.iter_child_nodes(item)
        if isinstance(item, ast.expr | ast.arg | ast.keyword):
            if item.lineno == 1:
                item.col_offset += columns
            if item.end_lineno == 1:
                item.end_col_offset = (item.end_col_offset or 0) + columns
            item.lineno += lines
            item.end_lineno = (item.end_lineno or 1) + lines


def _place(node: ast.expr, text: str, starts: list[int], start: int, end: int) -> None:
    """Let a node begin and end with the first and the last character between two offsets that is no blank."""
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    end -= len(part) - len(part.rstrip())
    node.lineno, node.col_offset = byte_position(text, starts, start)
    node.end_lineno, node.end_col_offset = byte_position(text, starts, end)


def byte_position(text: str, starts: list[int], offset: int) -> tuple[int, int]:
    """The line from 1, and the column from 0 in bytes of UTF-8, of an offset."""
    line = bisect_right(starts, offset)
    return line, len(text[starts[line - 1] : offset].encode())


def wide_lines(text: str) -> frozenset[int]:
    """The lines that hold characters beyond ASCII, where columns in bytes and in characters differ."""
    if text.isascii():
        return frozenset()
    found: set[int] = set()
    line, last = 1, 0
    for match in _WIDE.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        found.add(line)
    return frozenset(found)


def _lowered(message: str | None) -> str:
    text = message or "not Python"
    return text[0].lower() + text[1:] if text[1:2].islower() else text
