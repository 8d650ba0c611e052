"""The outline of a file: what it binds and defines, from its `ast`."""

from typing import TYPE_CHECKING

from holdfast_analyzer.outline.shape import Outline
from holdfast_analyzer.source import UnreadableSource

if TYPE_CHECKING:
    from holdfast_analyzer.syntax.parse import SyntaxTree

__all__ = ["Outline", "outline"]


def outline(tree: "SyntaxTree") -> Outline:
    """Outline a file.

    Args:
        tree: the file.

    Returns:
        Its imports, definitions, bindings and writes; see `shape.Outline`.

    Raises:
        UnreadableSource: it is nested too deeply.
    """
    try:
        return _read(tree)
    except RecursionError as error:
        raise UnreadableSource(tree.source.path, 1, "nested too deeply to be read; split the expression") from error


def _read(tree: "SyntaxTree") -> Outline:
    # Imported for the first file that no earlier run has outlined.
    from holdfast_analyzer.outline.blocks import blocks
    from holdfast_analyzer.outline.expressions import Expressions
    from holdfast_analyzer.outline.statements import Statements

    statements = Statements(tree)
    text = tree.source.text
    expressions = Expressions(statements, text)
    return Outline(
        statements.imports,
        statements.stars,
        statements.functions,
        statements.classes,
        statements.bindings,
        statements.exports.names(),
        expressions.writes,
        expressions.handed,
        statements.effects_at_import,
        text.count("\n") + bool(text and not text.endswith("\n")),
        blocks(tree),
        tree.is_newer,
    )
