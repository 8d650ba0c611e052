"""Positions are those of `ast`, in characters from 1, for whatever part of a file is asked for."""

import ast
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast_analyzer.outline.shape import Region
from holdfast_analyzer.source import SourceText
from holdfast_analyzer.summarize import ir

Lower = Callable[[str], list[ir.Stmt]]
Statements = Callable[[str], Callable[[Region], ir.Stmt | None]]

STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))
MODULES = [
    "_collections_abc",
    "_pydecimal",
    "abc",
    "argparse",
    "ast",
    "asyncio/base_events",
    "asyncio/events",
    "asyncio/locks",
    "asyncio/runners",
    "asyncio/streams",
    "asyncio/tasks",
    "base64",
    "bdb",
    "bisect",
    "calendar",
    "cmd",
    "code",
    "codecs",
    "collections/__init__",
    "concurrent/futures/_base",
    "concurrent/futures/thread",
    "configparser",
    "contextlib",
    "contextvars",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "difflib",
    "dis",
    "doctest",
    "email/message",
    "enum",
    "fnmatch",
    "fractions",
    "functools",
    "glob",
    "gzip",
    "hashlib",
    "heapq",
    "html/parser",
    "http/client",
    "inspect",
    "io",
    "json/decoder",
    "json/encoder",
    "keyword",
    "locale",
    "logging/__init__",
    "mimetypes",
    "operator",
    "pathlib",
    "pprint",
    "queue",
    "random",
    "shelve",
    "shutil",
    "string",
    "subprocess",
    "textwrap",
    "threading",
    "typing",
    "uuid",
    "weakref",
]


def region_of(node: ast.stmt, lines: list[str]) -> Region:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    column = in_characters(lines, node.lineno, node.col_offset) - 1
    return Region(first, node.end_lineno or first, column)


def in_characters(lines: list[str], line: int, offset: int) -> int:
    return len(lines[line - 1].encode()[:offset].decode()) + 1


def position(node: Any, lines: list[str]) -> ir.Position:
    return (
        node.lineno,
        in_characters(lines, node.lineno, node.col_offset),
        node.end_lineno,
        in_characters(lines, node.end_lineno, node.end_col_offset),
    )


def members(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module and its classes; of a class itself, which is in no block, only those."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from members(node.body)
        else:
            yield node


def outside_formatted_strings(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes under a node. Python 3.11 places what stands inside f-strings wrongly, so those are left out.

    So are the bounds of type parameters, which no one evaluates.
    """
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, ast.JoinedStr) and type(item).__name__ != "TypeVar":
            yield item
            waiting.extend(ast.iter_child_nodes(item))


def by_ast(node: ast.stmt, lines: list[str]) -> set[tuple[str, ir.Position]]:
    nodes = list(outside_formatted_strings(node))
    walrus_targets = {id(item.target) for item in nodes if isinstance(item, ast.NamedExpr)}
    return {
        (type(item).__name__, position(item, lines))
        for item in nodes
        if isinstance(item, ast.Call | ast.Name | ast.Attribute) and id(item) not in walrus_targets
    }


def by_lowering(statements: list[ir.Stmt], nodes_of: Callable[[object], Iterator[Any]]) -> set[tuple[str, ir.Position]]:
    return {
        (type(node).__name__, node.at)
        for node in nodes_of(statements)
        if isinstance(node, ir.Call | ir.Name | ir.Attribute)
    }


def of_ir(node: Any) -> str | None:
    """The `ast` class that a node stands for, where there is one with a position of its own."""
    if isinstance(node, ir.Operation):
        return {"binary": "BinOp", "unary": "UnaryOp", "compare": "Compare", "bool": "BoolOp"}.get(node.kind)
    if isinstance(node, ir.Display):
        return {"list": "List", "tuple": "Tuple", "set": "Set"}[node.kind]
    if isinstance(node, ir.Comprehension):
        return {"list": "ListComp", "set": "SetComp", "dict": "DictComp", "generator": "GeneratorExp"}[node.kind]
    names = {ir.DictDisplay: "Dict", ir.Conditional: "IfExp", ir.Walrus: "NamedExpr"}
    same = (ir.Call, ir.Name, ir.Attribute, ir.Subscript, ir.Lambda, ir.Await)
    return names.get(type(node)) or (type(node).__name__ if isinstance(node, same) else None)


@pytest.mark.parametrize("module", MODULES)
def test_calls_names_and_attributes_stand_where_ast_says(
    module: str, lowered: Lower, nodes_of: Callable[[object], Iterator[Any]]
) -> None:
    path = STANDARD_LIBRARY / f"{module}.py"
    if not path.exists():  # `pathlib` and others are packages in some versions
        path = STANDARD_LIBRARY / module / "__init__.py"
    source = SourceText.from_bytes(str(path), path.read_bytes())
    lines = source.text.split("\n")
    found = by_lowering(lowered(source.text), nodes_of)
    expected = {item for node in members(ast.parse(source.text).body) for item in by_ast(node, lines)}
    assert expected - found == set()
    assert expected


@pytest.mark.parametrize("module", ["asyncio/tasks", "collections/__init__", "difflib", "doctest", "typing"])
def test_every_nested_statement_can_be_asked_for_alone(
    module: str, statements: Statements, nodes_of: Callable[[object], Iterator[Any]]
) -> None:
    path = STANDARD_LIBRARY / f"{module}.py"
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    statement = statements(text)
    simple = ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.AsyncFunctionDef | ast.Expr | ast.For | ast.With
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, simple) and not is_docstring(node):
            found = statement(region_of(node, lines))
            assert found is not None, f"line {node.lineno}"
            assert by_ast(node, lines) - by_lowering([found], nodes_of) == set(), f"line {node.lineno}"


def is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def test_every_name_stands_on_its_own_text_also_inside_formatted_strings(
    lowered: Callable[[str], list[ir.Stmt]], nodes_of: Callable[[object], Iterator[Any]]
) -> None:
    text = (
        "def f(a):\n"
        '    é = f\'ü{a!r:>{width}}{{{b = }}} {c:%H{d}}\' f"""x\n'
        "  {e\n"
        '    .f(g)} {h[\'k\']!s}"""  # {not}\n'
        "    return t'{i:{j}}', rf'\\{k}', é\n"
    )
    lines = text.split("\n")
    names = {}
    for node in nodes_of(lowered(text)):
        if isinstance(node, ir.Name):
            line, column, end_line, end_column = node.at
            assert line == end_line
            assert lines[line - 1][column - 1 : end_column - 1] == node.id
            names[node.id] = line
    assert set(names) >= {"a", "width", "b", "c", "d", "e", "g", "h", "i", "j", "k", "é"}
    assert names["e"] == 3


EXPRESSIONS = [
    "(a)",
    "((a).b)",
    "(a)(b)",
    "(  a . b ( c , ) [ d ] )",
    "(a + (b * c)) + d",
    "(a and b) and (c or d)",
    "f(x for x in y)",
    "f((x for x in y))",
    "f(  # comment )\n  (x) for x in (y)\n)",
    "((x for x in y))",
    "(a, b,)",
    "((a, (b)), ())",
    "[(a), (b, c)]",
    "{(a): (b), **(c)}",
    "a[b, c:d]",
    "a[(b, c)]",
    "(a if b else c) if d else (e)",
    "lambda: (a)",
    "not (a)",
    "-(a) ** (b)",
    "(a) < (b) not  in (c)",
    "a \\\n  . b",
    '("a" "b").join((c))',
    "'é' + 'ü'.join(ö)",
    "(y := f(x)).z",
    "[x for (x) in (y) if (z)]",
    "{x: y for x, y in z}",
    "f(*(a), k=(b), **(c))",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_parentheses_comments_and_line_ends_are_placed_as_in_ast(
    expression: str, lowered: Callable[[str], list[ir.Stmt]], nodes_of: Callable[[object], Iterator[Any]]
) -> None:
    text = f"name = {expression}\n"
    lines = text.split("\n")
    (tree,) = ast.parse(text).body
    walrus_targets = {id(item.target) for item in ast.walk(tree) if isinstance(item, ast.NamedExpr)}
    found = sorted((kind, node.at) for node in nodes_of(lowered(text)) if (kind := of_ir(node)))
    known = {kind for kind, _ in found} | {"Call", "Name", "Attribute"}
    expected = sorted(
        (type(node).__name__, position(node, lines))
        for node in ast.walk(tree)
        if type(node).__name__ in known and id(node) not in walrus_targets
    )
    # A slice is a tuple of its bounds here, and a node of its own kind in `ast`.
    slices = {position(node, lines) for node in ast.walk(tree) if isinstance(node, ast.Slice)}
    assert [item for item in found if item[1] not in slices] == [item for item in expected if item[1] not in slices]


HEADERS = {
    "@d\nasync def f(\n    a,  # :\n) -> b :\n    pass": (2, 1, 4, 9),
    "def f(): pass": (1, 1, 1, 9),
    "def f (a, /, *, b = (1) ) : pass": (1, 1, 1, 28),
    "def f(*a: 'b:c', **d,  # :\n): pass": (1, 1, 2, 3),
    "if (a  # :\n) :\n    pass": (1, 1, 2, 4),
    "while a[b:c]: pass": (1, 1, 1, 14),
    "for a in {b: c}: pass": (1, 1, 1, 17),
    "with (a as b, (c)) : pass": (1, 1, 1, 21),
    "with a as (b): pass": (1, 1, 1, 15),
    "try \\\n: pass\nfinally: pass": (1, 1, 2, 2),
    "match é, : \n    case _: pass": (1, 1, 1, 11),
}


@pytest.mark.parametrize("text", HEADERS)
def test_a_header_ends_with_its_colon(text: str, lowered: Lower) -> None:
    (statement,) = lowered(text + "\n")
    assert statement.at == HEADERS[text]
    if isinstance(statement, ir.FunctionDef):
        assert statement.function.at == HEADERS[text]


def test_the_header_of_a_handler_of_a_class_and_of_a_lambda_end_with_their_colons(
    lowered: Lower, nodes_of: Callable[[object], Iterator[Any]]
) -> None:
    text = (
        "if 1:\n class A (b, c = d) : pass\n class B: x = lambda  a = (1) : (a)\n try: pass\n except (C) as e : pass\n"
    )
    places = {type(node).__name__: node.at for node in nodes_of(lowered(text)) if hasattr(node, "at")}
    assert places["ClassDef"] == (3, 2, 3, 10)
    assert places["FunctionBody"] == (3, 15, 3, 32)
    assert places["Return"] == (3, 33, 3, 36)
    assert places["Handler"] == (5, 2, 5, 19)


def test_statement_positions_leave_the_semicolon_out(statements: Statements) -> None:
    found = statements("if x: a = 1; b = (2); c\n")(Region(1, 1, 13))
    assert found is not None
    assert found.at == (1, 14, 1, 21)


@pytest.mark.parametrize(
    ("text", "region", "name"),
    [
        ("a = 1; b = 2\n", Region(1, 1, 7), "b"),
        ("class A: x = 1\n", Region(1, 1, 9), "x"),
        ("if a:\n    pass\nelse: x = (1,\n    2)\n", Region(3, 4, 6), "x"),
        ("s = '''\n'''; x = 1\n", Region(2, 2, 5), "x"),
        ("x = 1; y = (\n    2)\n", Region(1, 1, 0), "x"),
        ("if a:\n\tif b:\n\t\tx = '''\ntext\n'''\n", Region(3, 5, 2), "x"),
        ("\fx = 1\n", Region(1, 1, 1), "x"),
        ("if a:\n  \f  x = 1\n", Region(2, 2, 5), "x"),
        ("é = 1; x = 2\n", Region(1, 1, 7), "x"),
        ("x = 1", Region(1, 1, 0), "x"),
        ("x = 1\r\ny = 2\r\n", Region(1, 1, 0), "x"),
        ("y = 1\rx = 2\r", Region(2, 2, 0), "x"),
        ("y = '\u2028\x0b\x1c'\nx = 2\n", Region(2, 2, 0), "x"),
    ],
)
def test_one_statement_is_picked_from_lines_that_hold_others(
    text: str, region: Region, name: str, statements: Statements
) -> None:
    found = statements(text)(region)
    assert isinstance(found, ir.Assign)
    assert found.targets[0] == ir.Name(name, (region.line, region.column + 1, region.line, region.column + 2))


def test_type_parameters_are_bound_and_their_text_is_no_header(lowered: Lower) -> None:
    (function,) = lowered("def f[T: int, *Ts](a):\n    type B = T\n    return t'{a}'\n")
    assert isinstance(function, ir.FunctionDef)
    assert function.function.bound == ["T", "Ts", "a", "B"]
    assert function.at == (1, 1, 1, 23)
