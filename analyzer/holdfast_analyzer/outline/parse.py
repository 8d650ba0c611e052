"""From text to an `ast`, whatever the running Python makes of it."""

import ast
import warnings

from holdfast_analyzer.source import SourceText, UnreadableSource

_TOO_DEEP = "nested too deeply for Python's parser; split the expression or the block"


def parse_source(source: SourceText) -> tuple[ast.Module, bool]:
    """Parse a file; syntax that is newer than the running Python is rewritten first, on the same lines.

    Args:
        source: the file's text.

    Returns:
        The tree, and whether it was rewritten.

    Raises:
        UnreadableSource: the text is no Python of any version, or nested too deeply.
    """
    try:
        return _parse(source.text), False
    except SyntaxError as error:
        refused = error
    except (RecursionError, MemoryError) as error:
        raise UnreadableSource(source.path, 1, _TOO_DEEP) from error
    except ValueError as error:
        # Lone surrogates and null characters: text that no file on disk decodes to, but an editor's buffer may hold.
        raise UnreadableSource(source.path, 1, f"text cannot be encoded: {error}") from error
    # Only here, because libcst takes longer to import than most checks take.
    from holdfast_analyzer.outline.downlevel import downlevel

    if "too many nested parentheses" not in (refused.msg or ""):
        tree = _parse_older(downlevel(source.text))
        if tree is not None:
            return tree, True
    raise UnreadableSource(source.path, refused.lineno or 1, f"syntax error: {_lowered(refused.msg)}") from refused


def _parse_older(text: str | None) -> ast.Module | None:
    if text is None:
        return None
    try:
        return _parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # The rewriting did not help: the first message speaks of the text that the user wrote.
        return None


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        # Invalid escapes and the like concern the file's author, and Python warns of them when it runs the file.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _lowered(message: str | None) -> str:
    text = message or "not Python"
    return text[0].lower() + text[1:] if text[1:2].islower() else text
