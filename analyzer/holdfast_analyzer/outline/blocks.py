"""The pieces of a file that are lowered one by one, as workflows reach them."""

from ast import ClassDef, Import, ImportFrom, stmt
from bisect import bisect_left

from holdfast_analyzer.outline.shape import Region
from holdfast_analyzer.syntax.parse import SyntaxTree

_IMPORTS = (Import, ImportFrom)


def blocks(tree: SyntaxTree) -> list[Region]:
    """Cut a file into blocks.

    Args:
        tree: the file.

    Returns:
        Their regions in order; no two share a line. See `shape.Outline`.
    """
    found: list[Region] = []
    _add(tree, tree.module.body, found)
    return found


def _add(tree: SyntaxTree, body: list[stmt], found: list[Region]) -> None:
    for node in body:
        if isinstance(node, ClassDef):
            _add(tree, node.body, found)
        elif not isinstance(node, _IMPORTS):
            first, last = first_line(node), node.end_lineno or node.lineno
            if found and first <= found[-1].end_line:
                found[-1] = Region(found[-1].line, max(last, found[-1].end_line), found[-1].column)
            else:
                found.append(Region(first, last, tree.characters(node.lineno, node.col_offset)))


def first_line(node: stmt) -> int:
    """The first line of a statement, with its decorators."""
    decorators = getattr(node, "decorator_list", None)
    return decorators[0].lineno if decorators else node.lineno


def statements_in(body: list[stmt], block: Region) -> list[stmt]:
    """The statements of a block, out of the module's or a class's body."""
    taken: list[stmt] = []
    index = bisect_left(body, block.line, key=_end_line)
    while index < len(body) and first_line(body[index]) <= block.end_line:
        node = body[index]
        if isinstance(node, ClassDef):
            taken += statements_in(node.body, block)
        elif not isinstance(node, _IMPORTS):
            taken.append(node)
        index += 1
    return taken


def _end_line(node: stmt) -> int:
    return node.end_lineno or node.lineno
