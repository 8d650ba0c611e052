"""Lowers names, numbers and strings."""

import re
import unicodedata
from typing import Any

import libcst as cst

from . import ir
from .reader import LowerExpression, Reader

_KEYWORDS: dict[str, tuple[str, bool | None]] = {
    "None": ("none", None),
    "True": ("bool", True),
    "False": ("bool", False),
}
_LARGEST_INTEGER = 2**63
# No literal of more characters than 2**63 has as binary digits, with prefix and separators, need be converted to be compared.
_LONGEST_INTEGER = 100

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


def _name(reader: Reader, node: cst.Name) -> ir.Expr:
    value = node.value
    at = reader.at(reader.take(len(value)))
    if value in _KEYWORDS:
        kind, constant = _KEYWORDS[value]
        return ir.Constant(kind, constant, at)
    return ir.Name(identifier(value), at)


def identifier(text: str) -> str:
    """The name that an identifier as written stands for: Python compares them in the form NFKC."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _integer(reader: Reader, node: cst.Integer) -> ir.Expr:
    text = node.value
    at = reader.at(reader.take(len(text)))
    if len(text) <= _LONGEST_INTEGER:
        value = int(text, 0)
        if value < _LARGEST_INTEGER:
            return ir.Constant("int", value, at)
    return ir.Constant("int", text, at)


def _float(reader: Reader, node: cst.Float) -> ir.Expr:
    return ir.Constant("float", float(node.value), reader.at(reader.take(len(node.value))))


def _imaginary(reader: Reader, node: cst.Imaginary) -> ir.Expr:
    return ir.Constant("complex", node.value, reader.at(reader.take(len(node.value))))


def _ellipsis(reader: Reader, node: cst.Ellipsis) -> ir.Expr:
    return ir.Constant("ellipsis", "...", reader.at(reader.take(3)))


def _simple_string(reader: Reader, node: cst.SimpleString) -> ir.Expr:
    text = node.value
    at = reader.at(reader.take(len(text)))
    quote = text[-1]
    opening = text.index(quote)
    prefix = text[:opening].lower()
    if "b" in prefix:
        return ir.Constant("bytes", text, at)
    width = 3 if text.startswith(quote * 3, opening) and len(text) >= opening + 6 else 1
    return ir.Constant("str", text_value(text[opening + width : -width], "r" in prefix), at)


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


def _formatted(reader: Reader, node: cst.FormattedString | cst.TemplatedString) -> ir.Expr:
    start = reader.take(len(node.start))
    operands: list[ir.Expr] = []
    _parts(reader, node.parts, operands, "r" in node.start.lower())
    reader.offset += len(node.end)
    return ir.Operation("format", "", operands, reader.at(start))


def _parts(reader: Reader, parts: Any, operands: list[ir.Expr], raw: bool) -> None:
    for part in parts:
        if type(part) is cst.FormattedStringText or type(part) is cst.TemplatedStringText:
            start = reader.offset
            reader.offset = start + len(part.value)
            text = text_value(part.value.replace("{{", "{").replace("}}", "}"), raw)
            operands.append(ir.Constant("str", text, reader.at(start)))
        else:
            _replacement(reader, part, operands)


def _replacement(
    reader: Reader, node: cst.FormattedStringExpression | cst.TemplatedStringExpression, operands: list[ir.Expr]
) -> None:
    reader.offset += 1
    operands.append(reader.expression(node.expression))
    if node.equal is not None:
        reader.take(1)
    if node.conversion is not None:
        reader.take(1)
        reader.take(len(node.conversion))
    if node.format_spec is None:
        reader.take(1)
        return
    reader.take(1)
    specification: list[ir.Expr] = []
    _parts(reader, node.format_spec, specification, True)
    operands.extend(operand for operand in specification if not isinstance(operand, ir.Constant))
    # Nothing is skipped here: a blank before the brace belongs to the specification.
    reader.offset += 1


def _concatenated(reader: Reader, node: cst.ConcatenatedString) -> ir.Expr:
    start = reader.start()
    operands: list[ir.Expr] = []
    rest: Any = node
    while type(rest) is cst.ConcatenatedString:
        _literal_part(reader, rest.left, operands)
        rest = rest.right
    _literal_part(reader, rest, operands)
    return ir.Operation("format", "", operands, reader.at(start))


def _literal_part(reader: Reader, node: Any, operands: list[ir.Expr]) -> None:
    part = reader.expression(node)
    if isinstance(part, ir.Operation):
        operands.extend(part.operands)
    else:
        operands.append(part)


EXPRESSIONS: dict[type, LowerExpression] = {
    cst.Name: _name,
    cst.Integer: _integer,
    cst.Float: _float,
    cst.Imaginary: _imaginary,
    cst.Ellipsis: _ellipsis,
    cst.SimpleString: _simple_string,
    cst.FormattedString: _formatted,
    cst.TemplatedString: _formatted,
    cst.ConcatenatedString: _concatenated,
}
