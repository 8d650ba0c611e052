"""Where string literals end and what stands in them, read from text."""

import ast
import sysconfig
import tokenize
from io import StringIO
from pathlib import Path

import pytest

from holdfast_analyzer.source import line_starts
from holdfast_analyzer.syntax.literals import Field, Text, literal_at, literals_in
from holdfast_analyzer.syntax.parse import parse_expression

LITERALS = [
    "''", '""', "'a'", '"it\'s"', "'\\''", "r'\\''", '"""a"b""c"""', "'''\n'\\'''\n'''", "b'\\x00'", "Rb'\\''", "u'é'", "'\\\n'",
    "f''", "f'{a}'", "F'{{}}'", "f'{{{a}}}'", "f'{a!r:>{w}.{p}}'", "f'{a=}'", "f'{a == b}{a != b}{a <= b}'",
    "f'{a[\":}\"]}'", "f'{ {1: 2}[1] }'", "f'{(lambda x: x)(1)}'", "f'{f\"{a}\"}'", "f'{a:%H:%M}'", "f'{a:{b:{c}}}'",
    "f'\\N{BULLET}{a}'", "rf'\\N{a}'", "rf'\\{a}\\\\{b}'", "f'\\{a}\\'{b}'", "f'''{\na\n:\n}'{b}''\n'''", "f'{a!r}'", "t'{a}'", "fr'{a}'",
    # PEP 701
    "f'{'a'}'", "f'{f'{'a'}'}'", "f'{a['b']}'", "f'{\n  a  # }'\n}'", "f'{a = # b\n !r }'", "f'{'\\n'.join(a)}'", 'f"{"}"}"',
]  # fmt: skip


@pytest.mark.parametrize("literal", LITERALS)
def test_a_literal_ends_where_it_ends(literal: str) -> None:
    for before, after in (("", ""), ("x = (", ") + 'b'"), ("'a' ", " 'c'")):
        assert literal_at(before + literal + after, len(before)).end == len(before + literal)


def fields(text: str) -> list[str]:
    """The texts and, in angle brackets, the expressions of an f-string, those of specifications behind their own."""
    found = []
    waiting = list(literal_at(text, 0).parts or ())
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, Field):
            found.append(f"<{text[part.start : part.end]}>")
            waiting[:0] = part.specification
        else:
            found.append(text[part.start : part.end])
    return found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("f'a{b}c'", ["a", "<b>", "c"]),
        ("f'{{{a}}}'", ["{{", "<a>", "}}"]),
        ("f'{ a !r:>{w}.{p}}!'", ["< a >", ">", "<w>", ".", "<p>", "!"]),
        ("f'{a=}{b = !s}'", ["<a>", "<b >"]),
        ("f'{a:=5}'", ["<a>", "=5"]),
        ("f'{(a:=5)}{a!=b}'", ["<(a:=5)>", "<a!=b>"]),
        ("f'{a[1:2]:{b}}'", ["<a[1:2]>", "<b>"]),
        ("f'{\"}\" + x}'", ['<"}" + x>']),
        ("f'\\N{BULLET}'", ["\\N{BULLET}"]),
        ("rf'\\N{a}'", ["\\N", "<a>"]),
        ("f'{'a' + f'{b}'}'", ["<'a' + f'{b}'>"]),
    ],
)
def test_the_parts_of_an_f_string(text: str, parts: list[str]) -> None:
    assert fields(text) == parts


def test_literals_side_by_side() -> None:
    text = "('a'  # 'no'\n  rb\"b\" \\\n '''c''' )"
    end = text.index(" )")
    assert [text[found.start : found.end] for found in literals_in(text, 1, end)] == ["'a'", 'rb"b"', "'''c'''"]


def test_a_plain_literal_has_no_parts() -> None:
    assert literal_at("'{a}'", 0).parts is None
    assert literal_at("f'a'", 0).parts == (Text(2, 3),)


@pytest.mark.parametrize("text", ["'", "f'{'", "f'{a'", "f'{a:", "'''a''", "x", ""])
def test_what_is_no_literal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"literal|field"):
        literal_at(text, 0)


def test_expressions_are_placed_in_the_file() -> None:
    text = "é = f'''ü{ a.b(\n  ç, d) }'''"
    start = text.index("{") + 1
    call = parse_expression(text, line_starts(text), start, text.index("}"))
    assert isinstance(call, ast.Call)
    places = {ast.unparse(node): (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset) for node in ast.walk(call) if isinstance(node, ast.expr)}  # fmt: skip
    assert places == {
        "a.b(ç, d)": (1, 13, 2, 8),
        "a.b": (1, 13, 1, 16),
        "a": (1, 13, 1, 14),
        "ç": (2, 2, 2, 4),
        "d": (2, 6, 2, 7),
    }


def test_a_tuple_without_parentheses_begins_with_its_first_element() -> None:
    node = parse_expression("f'{ a, b }'", [0], 3, 9)
    assert isinstance(node, ast.Tuple)
    assert (node.col_offset, node.end_col_offset) == (4, 8)


def test_every_literal_of_real_code_ends_where_the_tokenizer_says() -> None:
    compared = 0
    for module in ("argparse", "dataclasses", "enum", "typing", "inspect", "textwrap", "turtle"):
        text = Path(sysconfig.get_path("stdlib"), f"{module}.py").read_text(encoding="utf-8")
        starts = line_starts(text)
        for token in tokenize.generate_tokens(StringIO(text).readline):
            if token.type == tokenize.STRING:
                start, end = (starts[line - 1] + column for line, column in (token.start, token.end))
                assert literal_at(text, start).end == end
                compared += 1
    assert compared > 1_000
