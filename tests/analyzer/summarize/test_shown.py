"""Expressions are shown in messages as short source text."""

from collections.abc import Callable

import pytest

from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown

Lower = Callable[[str], list[ir.Stmt]]


def value_of(text: str, lowered: Lower) -> ir.Expr:
    (statement,) = lowered(f"x = {text}\n")
    assert isinstance(statement, ir.Assign)
    return statement.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("self.client.get(url, timeout=3)", "self.client.get(…)"),
        ("time.time()", "time.time()"),
        ("a(1).b()(2)[c.d].e", "a(…).b()(…)[c.d].e"),
        ("a['key'][1:2]", "a['key'][…]"),
        ("(a + b).c", "(a + b).c"),
        ("{1: 2}", "{…}"),
        ("{}", "{}"),
        ("[]", "[]"),
        ("(a, b)", "(…)"),
        ("{*a}", "{…}"),
        ("[a for b in c]", "[… for …]"),
        ("{a: a for b in c}", "{… for …}"),
        ("f(a for b in c)", "f(…)"),
        ("lambda a, *b, **c: a", "lambda a, *b, **c: …"),
        ("lambda: 1", "lambda: …"),
        ("f'{a}b'", 'f"…"'),
        ("'a' 'b'", 'f"…"'),
        ("a + b + c", "(a + b) + c"),
        ("a and b and not c", "a and b and (not c)"),
        ("-a", "-a"),
        ("a < b not in c is not d", "a < b not in c is not d"),
        ("a if b else c", "a if b else c"),
        ("(yield a)", "yield a"),
        ("(yield from a.b())", "yield from a.b()"),
        ("(yield)", "yield"),
        ("(a := b)", "a := b"),
        ("await a.b(c)", "await a.b(…)"),
        ("None", "None"),
        ("True", "True"),
        ("...", "..."),
        ("1_0.5", "10.5"),
        ("99999999999999999999", "99999999999999999999"),
        ("b'x'", "b'x'"),
        ("'it is a rather long text'", "'it is a rather lo…'"),
        ("'two\\nlines'", "'two\\nlines'"),
    ],
)
def test_an_expression_is_shown_as(text: str, expected: str, lowered: Lower) -> None:
    assert shown(value_of(text, lowered)) == expected


def test_a_long_chain_keeps_its_end_and_anything_else_its_beginning(lowered: Lower) -> None:
    chain = "a" + ".attribute" * 20 + ".last(b)"
    assert shown(value_of(chain, lowered), 20) == "…e.attribute.last(…)"
    total = " and ".join(["first"] + ["name"] * 30)
    assert shown(value_of(total, lowered), 20) == "first and name and …"


@pytest.mark.parametrize("limit", [5, 20, 60])
def test_the_limit_holds_however_deep_the_expression(limit: int, lowered: Lower) -> None:
    for text in ("f" + ".g(1)" * 200, "-" * 100 + "a", " + ".join(["name"] * 200), "not " * 50 + "a"):
        text = shown(value_of(text, lowered), limit)
        assert len(text) <= limit
        assert "…" in text
