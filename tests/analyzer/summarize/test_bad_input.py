"""What cannot be lowered says so; nothing crashes, stalls or overflows the stack."""

import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest

from holdfast_analyzer.outline.blocks import blocks
from holdfast_analyzer.source import SourceText, UnreadableSource
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.lower import TooDeep, summarize, summarize_expression
from holdfast_analyzer.summarize.storage import decode_statements, encode_statements
from holdfast_analyzer.syntax.parse import parse_source

Lower = Callable[[str], list[ir.Stmt]]
DeepStack = Callable[[Callable[[], Any]], Any]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\ndef f(a:\n    pass\n", 2),
        ("x = 1\ny = (\n", 2),
        ("x = 'abc\n", 1),
        ("x = 'a' b'b'\n", 1),
        ("print 1\n", 1),
        ("if a:\n\tb\n        c\n", 3),
        ("x = '\\N{no such name}'\n", 1),
        ("x = f'{y!}'\n", 1),
    ],
)
def test_a_syntax_error_names_file_and_line(text: str, line: int, lowered: Lower) -> None:
    with pytest.raises(UnreadableSource, match="syntax error: ") as caught:
        lowered(text)
    assert (caught.value.path, caught.value.line) == ("sample.py", line)


DEEP = {
    "brackets": "x = " + "(" * 2_000 + "a" + ")" * 2_000,
    "calls": "f(" * 300 + ")" * 300,
    "sum": "x = " + " + ".join(["a"] * 10_000),
    "disjunction": "x = " + "\\\n or ".join(["a"] * 5_000),
    "negations": "x = " + "not " * 5_000 + "a",
    "method chain": "x" + ".a()" * 3_000,
    "method chain over lines": "x = (y" + "\n    .a('(', \"[\")  # {" * 3_000 + "\n)",
    "conditionals": "x = " + "a if b else " * 5_000 + "c",
    "elif": "if a:\n    pass\n" + "elif b:\n    pass\n" * 5_000,
}


@pytest.mark.parametrize("kind", DEEP)
def test_too_deep_a_text_is_refused(kind: str, lowered: Lower, deep_stack: DeepStack) -> None:
    with pytest.raises(UnreadableSource, match=r"cannot be analysed|too many nested parentheses|nested too deeply"):
        deep_stack(lambda: lowered(DEEP[kind] + "\n"))


LONG = {
    "brackets": "x = " + "[" * 200 + "a" + "]" * 200,
    "sum": "x = " + " + ".join(["a"] * 400),
    "method chain": "x" + ".a()" * 200,
    "blocks": "".join("    " * depth + "if a:\n" for depth in range(98)) + "    " * 98 + "pass",
    "elif": "if a:\n    pass\n" + "elif b:\n    pass\n" * 400,
    "implicit concatenation": "x = (" + "'a'\n" * 3_000 + ")",
    "table": "x = [\n" + "    (-1.0, a.b.c, not d),\n" * 5_000 + "]",
}


@pytest.mark.parametrize("kind", LONG)
def test_what_is_long_but_possible_is_lowered_stored_and_read_back(
    kind: str, lowered: Lower, deep_stack: DeepStack
) -> None:
    def round_trip() -> tuple[list[ir.Stmt], bytes, bytes]:
        statements = lowered(LONG[kind] + "\n")
        data = encode_statements(statements)
        return statements, data, encode_statements(decode_statements(data))

    statements, data, again = deep_stack(round_trip)
    assert len(statements) == 1
    assert data == again


def test_an_elif_chain_is_lowered_without_recursion(lowered: Lower) -> None:
    # On this thread's own stack and recursion limit.
    (statement,) = lowered("if a:\n    pass\n" + "elif b:\n    pass\n" * 2_000)
    length = 0
    while isinstance(statement, ir.If) and statement.orelse:
        (statement,) = statement.orelse
        length += 1
    assert length == 2_000


def test_a_chain_is_lowered_without_recursion(lowered: Lower) -> None:
    (statement,) = lowered("x = y" + ".a()" * 300 + "".join(f" + {number}" for number in range(300)) + "\n")
    assert isinstance(statement, ir.Assign)
    value: object = statement.value
    depth = 0
    while isinstance(value, ir.Operation | ir.Call | ir.Attribute):
        value = value.operands[0] if isinstance(value, ir.Operation) else getattr(value, "base", None) or value.function
        depth += 1
    assert depth == 300 + 2 * 300


def test_deep_but_allowed_code_on_a_small_stack_is_an_error_not_a_crash() -> None:
    tree = parse_source(SourceText("sample.py", "x = " + "f(g(" * 90 + "b" + "))" * 90 + "\n"))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 60)
    try:
        with pytest.raises(TooDeep, match="recursion limit"):
            summarize(tree, blocks(tree)[0])
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("text", ["", "not a type", "list[", "a b", "é!", "(" * 1_000, "'a' b'b'"])
def test_an_annotation_that_is_no_expression_stays_text(text: str) -> None:
    at = (3, 4, 3, 9)
    assert summarize_expression(text, at) == ir.Constant("str", text, at)


def test_an_annotation_over_several_lines_is_read_and_placed_at_its_string() -> None:
    at = (3, 4, 5, 9)
    assert summarize_expression(" dict[\n  str, # key\n a.B]\n", at) == ir.Subscript(
        ir.Name("dict", at), ir.Display("tuple", [ir.Name("str", at), ir.Attribute(ir.Name("a", at), "B", at)], at), at
    )
