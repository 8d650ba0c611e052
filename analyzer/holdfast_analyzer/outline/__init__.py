"""The outline of a file: what it binds and defines, from the standard library's `ast`."""

import gc

from holdfast_analyzer.outline.expressions import Expressions
from holdfast_analyzer.outline.parse import parse_source
from holdfast_analyzer.outline.shape import Outline
from holdfast_analyzer.outline.statements import Statements
from holdfast_analyzer.source import SourceText, UnreadableSource

__all__ = ["Outline", "outline"]


def outline(source: SourceText) -> Outline:
    """Outline a file.

    Args:
        source: its text.

    Returns:
        Its imports, definitions, bindings and writes; see `shape.Outline`.

    Raises:
        UnreadableSource: it is no Python of any version, or nested too deeply.
    """
    collecting = gc.isenabled()
    # A tree is many small objects without a cycle: collections while it grows find nothing and cost a tenth.
    gc.disable()
    try:
        return _read(source)
    except RecursionError as error:
        raise UnreadableSource(source.path, 1, "nested too deeply to be read; split the expression") from error
    finally:
        if collecting:
            gc.enable()


def _read(source: SourceText) -> Outline:
    tree, downleveled = parse_source(source)
    statements = Statements(tree, source)
    expressions = Expressions(statements, source.text)
    text = source.text
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
        downleveled,
    )
