"""Whatever expression is written, it is lowered to what `ast` reads, at the same places."""

import ast
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.storage import decode_statements, encode_statements
from holdfast_analyzer.summarize.text import shown

Lower = Callable[[str], list[ir.Stmt]]
Nodes = Callable[[object], Iterator[Any]]

NAMES = st.sampled_from(["a", "b", "self", "ünï", "x1", "_"])
LITERALS = st.sampled_from(
    ["1", "0x1f", "1.5e3", "2j", "'s'", '"é"', "'''m\nn'''", "r'\\d'", "b'b'", "None", "True", "..."]
)
BLANKS = st.sampled_from(["", " ", "  ", "\t", "\n", " # note (\n", "\\\n", "\n\n  "])


def joined(*parts: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The parts with any blanks between them."""
    sequence: list[st.SearchStrategy[str]] = []
    for part in parts:
        sequence += [st.just(part) if isinstance(part, str) else part, BLANKS]
    return st.tuples(*sequence).map("".join)


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operand = inner.map(lambda text: f"({text})")
    several = st.lists(inner.map(lambda text: f"({text})"), min_size=1, max_size=3)
    return st.one_of(
        joined("(", inner, ")"),
        joined(operand, ".", NAMES),
        joined(operand, "[", operand, "]"),
        joined(operand, "[", operand, ":", operand, "]"),
        joined(operand, "(", several.map(",".join), ")"),
        joined(NAMES, "(", "*", operand, ",", NAMES, "=", operand, ",", "**", operand, ")"),
        joined(NAMES, "(", operand, " for ", NAMES, " in ", operand, ")"),
        joined(
            operand,
            st.sampled_from(["+", "*", "**", "//", "@", "|", " and ", " or ", " < ", " not in ", " is "]),
            operand,
        ),
        joined(st.sampled_from(["-", "~", "not "]), operand),
        joined(operand, " if ", operand, " else ", operand),
        joined("(", several.map(",".join), ",", ")"),
        joined("[", several.map(",".join), "]"),
        joined("{", several.map(",".join), "}"),
        joined("{", operand, ":", operand, ",", "**", operand, "}"),
        joined("[", operand, " for ", NAMES, " in ", operand, " if ", operand, "]"),
        joined("{", operand, ":", operand, " for ", NAMES, " in ", operand, "}"),
        joined("(", "lambda ", NAMES, ":", operand, ")"),
        joined("(", NAMES, ":=", operand, ")"),
    )


EXPRESSIONS = st.recursive(NAMES | LITERALS, compound, max_leaves=8)


def by_ast(tree: ast.AST, lines: list[str]) -> list[tuple[str, ir.Position]]:
    def at(node: Any) -> ir.Position:
        start = len(lines[node.lineno - 1].encode()[: node.col_offset].decode()) + 1
        end = len(lines[node.end_lineno - 1].encode()[: node.end_col_offset].decode()) + 1
        return (node.lineno, start, node.end_lineno, end)

    walrus_targets = {id(node.target) for node in ast.walk(tree) if isinstance(node, ast.NamedExpr)}
    return sorted(
        (type(node).__name__, at(node))
        for node in ast.walk(tree)
        if type(node) in KINDS and id(node) not in walrus_targets
    )


KINDS = {
    ast.Name: ir.Name,
    ast.Attribute: ir.Attribute,
    ast.Call: ir.Call,
    ast.Subscript: ir.Subscript,
    ast.Constant: ir.Constant,
    ast.Lambda: ir.Lambda,
}
NAMES_OF_KINDS = {lowered: kind.__name__ for kind, lowered in KINDS.items()}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EXPRESSIONS)
def test_an_expression_is_lowered_as_ast_reads_it(lowered: Lower, nodes_of: Nodes, expression: str) -> None:
    text = f"f(\n{expression}\n)\n"
    lines = text.split("\n")
    statements = lowered(text)
    found = sorted(
        (NAMES_OF_KINDS[type(node)], node.at) for node in nodes_of(statements) if type(node) in NAMES_OF_KINDS
    )
    assert found == by_ast(ast.parse(text), lines)
    assert decode_statements(encode_statements(statements)) == statements
    assert all(len(shown(node, 30)) <= 30 for node in nodes_of(statements) if isinstance(node, ir.Expr))
