"""The normal form of code: its syntax tree as a list of words, without what does not change what the code does.

Left out are positions, comments, docstrings, `pass`, annotations of functions' parameters, results and variables, and
import statements (what a name means is told beside the form). The words are the same in every release of Python that can
read the code: `ast.dump` is no help there, since its output, the fields of nodes and the parts of f-strings differ.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, Final

Words = list[Any]
"""Words (str), syntax trees still to be put into words, lists of them, and marks of the reader; in order."""

_BODIES: Final = frozenset({"body", "orelse", "finalbody"})
_LEFT_OUT: Final = frozenset({"ctx", "kind", "type_comment", "type_params", "type_ignores", "lineno", "col_offset"})


def shown_constant(value: object) -> str:
    """Return a literal as a word: in ASCII, since `repr` follows the release's table of printable characters."""
    if isinstance(value, int) and not isinstance(value, bool):
        return hex(value)  # decimal digits are limited to 4,300
    return ascii(value)


def statements(body: Iterable[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body that do something."""
    return [
        statement
        for statement in body
        if not isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom)
        and not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
    ]


def fields(node: ast.AST) -> Words:
    """Return the words of a node that has no meaning of its own here: its type and its fields that are not empty."""
    words: Words = [f"({type(node).__name__}"]
    for name in node._fields:
        if name in _LEFT_OUT:
            continue
        value = getattr(node, name, None)
        if isinstance(value, list) and name in _BODIES:
            value = statements(value)
        if value is None or value == []:
            continue
        words.append(f"{name}=")
        if isinstance(value, ast.AST | list):
            words.append(value)
        else:
            words.append(shown_constant(value))
    words.append(")")
    return words


def f_string(node: ast.JoinedStr) -> Words:
    """Return the words of an f-string, its literal parts joined: releases cut them differently."""
    words: Words = ["(JoinedStr"]
    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
            continue
        if text:
            words.append(shown_constant(text))
            text = ""
        words.append(part)
    if text:
        words.append(shown_constant(text))
    words.append(")")
    return words


def inserted(node: ast.FormattedValue) -> Words:
    """Return the words of an f-string's `{…}`."""
    words: Words = ["(FormattedValue", str(node.conversion), node.value]
    if isinstance(node.format_spec, ast.JoinedStr) and node.format_spec.values:
        words.append(node.format_spec)
    return [*words, ")"]


def deleted(node: ast.Delete) -> Words:
    """Return the words of `del a, b`, which is `del (a, b)`."""
    targets: list[ast.expr] = []
    for target in node.targets:
        targets += target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    return ["(Delete", targets, ")"]


def plain_annotation(node: ast.expr) -> ast.expr:
    """Return an annotation with its parts in quotes parsed, so that quoting it changes nothing."""
    return _Unquoted().visit(node) if any(_is_text(part) for part in ast.walk(node)) else node


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


class _Unquoted(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, str):
            return node
        try:
            return ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError):
            return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        name = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        if name == "Literal":
            return node
        if name == "Annotated" and isinstance(node.slice, ast.Tuple):
            inner = ast.Tuple([self.visit(node.slice.elts[0]), *node.slice.elts[1:]], ast.Load())
            return ast.Subscript(node.value, inner, ast.Load())
        return ast.Subscript(node.value, self.visit(node.slice), ast.Load())
