"""What stands inside string literals: their parts, and the expressions of f-strings and t-strings.

`ast` joins literals that stand side by side, and Python 3.11 places the expressions of f-strings wrongly. So literals are
read from the text itself: where one ends, where its fields are, and which literals form one string. The text is known to be
Python; its grammar is that of PEP 701, of which older f-strings are a part.
"""

import re
from typing import NamedTuple

_OPENING = re.compile(r"([A-Za-z]{0,2})(\"\"\"|'''|\"|')")
_BETWEEN = re.compile(r"(?:[ \t\f\n\\]+|#[^\n]*)*")
_PLAIN_REST = {
    '"': re.compile(r'[^\\"]*+(?:\\.[^\\"]*+)*+"', re.DOTALL),
    "'": re.compile(r"[^\\']*+(?:\\.[^\\']*+)*+'", re.DOTALL),
    '"""': re.compile(r'[^\\"]*+(?:(?:\\.|"(?!""))[^\\"]*+)*+"""', re.DOTALL),
    "'''": re.compile(r"[^\\']*+(?:(?:\\.|'(?!''))[^\\']*+)*+'''", re.DOTALL),
}
# A backslash escapes no brace; `\N{…}` is one character, but not in a raw literal.
_ESCAPE = r"\\(?![{}])."
_NAMED = r"\\N\{[^}]*\}|"
_TEXT_TOKEN = {
    (quote, raw): re.compile(
        rf"(?P<text>[^\\{{}}{quote[0]}]+|{'' if raw else _NAMED}{_ESCAPE}|\\|\{{\{{|\}}\}})|(?P<field>\{{)|(?P<end>{quote})"
        rf"|{quote[0]}",
        re.DOTALL,
    )
    for quote in _PLAIN_REST
    for raw in (False, True)
}
_SPECIFICATION_TOKEN = re.compile(rf"(?P<text>[^\\{{}}]+|{_ESCAPE}|\\)|(?P<field>\{{)|(?P<end>\}})", re.DOTALL)
_EXPRESSION_TOKEN = re.compile(
    r"(?P<literal>(?:[rR][bBfFtT]?|[bBfFtT][rR]?|[uU])?['\"])|\w+|\#[^\n]*|(?P<open>[(\[{])|(?P<close>[)\]}])"
    r"|[!=<>]=|(?P<mark>[!:=])|[^\w\s]|\s+"
)
# What most fields hold.
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*(?=\})")
_TRIVIA = r"(?:\s|#[^\n]*)*+"
_CONVERSION = re.compile(rf"{_TRIVIA}(?:={_TRIVIA})?(?:!{_TRIVIA}\w+{_TRIVIA})?")


class Text(NamedTuple):
    """Literal text between fields: its offsets in the file."""

    start: int
    end: int


class Field(NamedTuple):
    """A replacement field.

    Attributes:
        start, end: offsets of its expression, without the braces; blanks around it included.
        specification: the parts of its format specification.
        after: the offset behind its closing brace.
    """

    start: int
    end: int
    specification: tuple["Text | Field", ...]
    after: int


class Literal(NamedTuple):
    """A string literal.

    Attributes:
        start, end: its offsets, prefix and quotes included.
        prefix: lowercase.
        body, body_end: the offsets of what stands between the quotes.
        parts: of an f-string or t-string; of any other None.
    """

    start: int
    end: int
    prefix: str
    body: int
    body_end: int
    parts: tuple[Text | Field, ...] | None


def literals_in(text: str, start: int, end: int) -> list[Literal]:
    """Find the literals that form one string together.

    Args:
        text: the file.
        start: the offset of the first literal.
        end: the offset behind the last one.

    Returns:
        The literals, in order.
    """
    found = [literal_at(text, start)]
    while found[-1].end < end:
        between = _BETWEEN.match(text, found[-1].end)
        assert between is not None
        if between.end() >= end:
            break
        found.append(literal_at(text, between.end()))
    return found


def literal_at(text: str, start: int) -> Literal:
    """Read the literal that begins at an offset.

    Args:
        text: the file.
        start: where the prefix, or else the quote, stands.

    Returns:
        The literal.

    Raises:
        ValueError: there is no whole literal.
    """
    opening = _OPENING.match(text, start)
    if opening is None:
        raise ValueError(f"no string literal at offset {start}")
    prefix, quote = opening[1].lower(), opening[2]
    body = opening.end()
    if "f" in prefix or "t" in prefix:
        parts, end = _parts(text, body, _TEXT_TOKEN[quote, "r" in prefix])
        return Literal(start, end, prefix, body, end - len(quote), parts)
    rest = _PLAIN_REST[quote].match(text, body)
    if rest is None:
        raise ValueError(f"no end of the string literal at offset {start}")
    return Literal(start, rest.end(), prefix, body, rest.end() - len(quote), None)


def _parts(text: str, offset: int, token: re.Pattern[str]) -> tuple[tuple[Text | Field, ...], int]:
    """The parts from an offset on up to the closing quote, or to the brace that closes a specification; and where it ends."""
    parts: list[Text | Field] = []
    first = offset
    while True:
        found = token.match(text, offset)
        if found is None:
            raise ValueError(f"no end of the string literal at offset {offset}")
        kind = found.lastgroup
        offset = found.end()
        if kind not in ("field", "end"):
            continue
        if found.start() > first:
            parts.append(Text(first, found.start()))
        if kind == "end":
            return tuple(parts), offset
        field = _field(text, offset)
        parts.append(field)
        first = offset = field.after


def _field(text: str, start: int) -> Field:
    """The field whose opening brace ends at an offset."""
    name = _NAME.match(text, start)
    if name is not None:
        return Field(start, name.end(), (), name.end() + 1)
    offset = start
    depth = 0
    while True:
        token = _EXPRESSION_TOKEN.match(text, offset)
        if token is None:
            raise ValueError(f"no end of the replacement field at offset {start}")
        kind = token.lastgroup
        if kind == "literal":
            offset = literal_at(text, offset).end
            continue
        if kind == "open":
            depth += 1
        elif kind == "close":
            if depth == 0:
                break
            depth -= 1
        elif kind == "mark" and depth == 0:
            break
        offset = token.end()
    end = offset
    conversion = _CONVERSION.match(text, offset)
    assert conversion is not None
    offset = conversion.end()
    if text[offset] != ":":
        return Field(start, end, (), offset + 1)
    specification, after = _parts(text, offset + 1, _SPECIFICATION_TOKEN)
    return Field(start, end, specification, after)
