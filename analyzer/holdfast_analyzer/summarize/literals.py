"""Lowers numbers and strings."""

import ast
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from holdfast_analyzer.syntax.literals import Field, Literal, Text, literals_in
from holdfast_analyzer.syntax.parse import parse_expression

from . import ir
from .lowering import LowerExpression, Lowering

_KINDS = {bool: "bool", int: "int", float: "float", complex: "complex", type(None): "none", type(...): "ellipsis"}
_LARGEST_INTEGER = 2**63
_QUOTES_OF_TWO = 4

# https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
_ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"
    r"|N\{(?P<name>[^}]+)\}|(?P<one>[\n\\'\"abfnrtv]))"
)
_ONE_CHARACTER = {
    "\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_CONSTANTS = frozenset({"None", "True", "False"})


def _constant(lowering: Lowering, node: ast.Constant) -> ir.Expr:
    value: Any = node.value
    kind = value.__class__
    if kind is str:
        # Two literals side by side have four quotes at least, and no escape is shorter than what it stands for.
        extra = (node.end_col_offset or 0) - node.col_offset - len(value)
        if extra < _QUOTES_OF_TWO and node.lineno == node.end_lineno and value.isascii():
            return ir.Constant("str", value, lowering.at(node))
        return _string(lowering, node)
    if kind is bytes:
        return _string(lowering, node)
    if kind is complex or (kind is int and value >= _LARGEST_INTEGER):
        start, end = lowering.span(node)
        value = lowering.text[start:end]
    elif value is ...:
        value = "..."
    return ir.Constant(_KINDS[kind], value, lowering.at(node))


def _string(lowering: Lowering, node: ast.Constant | ast.JoinedStr) -> ir.Expr:
    """Lower a string as it is written: literals side by side are the parts of one operation, as those of an f-string are."""
    start, end = lowering.span(node)
    literals = literals_in(lowering.text, start, end)
    if len(literals) == 1 and literals[0].parts is None:
        return _plain(lowering, literals[0], lowering.at(node))
    operands: list[ir.Expr] = []
    for literal in literals:
        if literal.parts is None:
            operands.append(_plain(lowering, literal, lowering.between(literal.start, literal.end)))
        else:
            _parts(lowering, literal.parts, "r" in literal.prefix, operands)
    return ir.Operation("format", "", operands, lowering.at(node))


def _plain(lowering: Lowering, literal: Literal, at: ir.Position) -> ir.Expr:
    if "b" in literal.prefix:
        return ir.Constant("bytes", lowering.text[literal.start : literal.end], at)
    body = lowering.text[literal.body : literal.body_end]
    return ir.Constant("str", text_value(body, "r" in literal.prefix), at)


def _parts(lowering: Lowering, parts: Sequence[Text | Field], raw: bool, operands: list[ir.Expr]) -> None:
    for part in parts:
        if isinstance(part, Text):
            text = lowering.text[part.start : part.end].replace("{{", "{").replace("}}", "}")
            operands.append(ir.Constant("str", text_value(text, raw), lowering.between(part.start, part.end)))
            continue
        operands.append(_field(lowering, part.start, part.end))
        specification: list[ir.Expr] = []
        _parts(lowering, part.specification, True, specification)
        operands.extend(operand for operand in specification if not isinstance(operand, ir.Constant))


def _field(lowering: Lowering, start: int, end: int) -> ir.Expr:
    text = lowering.text
    found = _DOTTED.fullmatch(text, start, end)
    if found is None or found[0] in _CONSTANTS or not found[0].isascii():
        return lowering.expression(parse_expression(text, lowering.starts, start, end))
    # Most fields are names, and need no parser.
    first, *rest = found[0].split(".")
    place = start + len(first)
    lowered: ir.Expr = ir.Name(first, lowering.between(start, place))
    for name in rest:
        place += 1 + len(name)
        lowered = ir.Attribute(lowered, name, lowering.between(start, place))
    return lowered


def text_value(text: str, raw: bool) -> str:
    """What the inside of a string literal stands for.

    Args:
        text: between the quotes, as written.
        raw: whether backslashes stand for themselves.

    Returns:
        The value; where it holds half of a surrogate pair, which UTF-8 cannot keep, the text as written.
    """
    if raw or "\\" not in text:
        return text
    value = _ESCAPE.sub(_unescaped, text)
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        return text
    return value


def _unescaped(match: re.Match[str]) -> str:
    kind = match.lastgroup
    text = match[kind] if kind else ""
    if kind == "one":
        return _ONE_CHARACTER[text]
    if kind == "name":
        try:
            return unicodedata.lookup(text)
        except KeyError:
            return match[0]
    code = int(text, 8 if kind == "octal" else 16)
    return chr(code) if code < 0x110000 else match[0]


EXPRESSIONS: dict[type, LowerExpression] = {
    ast.Constant: _constant,
    ast.JoinedStr: _string,
    # PEP 750: Python 3.14.
    **({ast.TemplateStr: _string} if hasattr(ast, "TemplateStr") else {}),
}
