"""Syntax that is newer than the running Python: the tree is as if it were not, at the file's own places."""

import ast
from collections.abc import Iterator

import pytest

from holdfast_analyzer.source import SourceText
from holdfast_analyzer.syntax.newer import parse_newer
from holdfast_analyzer.syntax.parse import parse_source

SAMPLES = {
    "type statement": "type é = a | b; c = d\n",
    "type statement with parameters": "type A[  # T\n    T: (int, str), *Ts = d,\n] = \\\n  (b, c) ; e\n",
    "function": "@a\nasync def f[T: g = h, *Ts, **P](b: T, *c: *Ts) -> d: return e\n",
    "function over lines": "def f[\n    T,  # :\n    U\n] (a): return b\n",
    "class": "class A[T](b.c[T], metaclass=d): e = f\n",
    "class without bases": "class A[T]: é = f\n",
    "quotes in f-strings": "a = f'{b['c']}é{f'{d!r}'}' + e; f = g\n",
    "lines in f-strings": "a(f'{\n  b  # }\n}', c)\n",
    "concatenation": "a = ('b' f'{c['d']}'\n  'e' f'''\n{ g }''').h(i)\n",
    "t-string": "a = t'{b}{c:{d}}' + e\n",
    "handlers": "try: a\nexcept B, c.D: e\nexcept* (F), G: h\n".replace("except*", "except"),
    "groups": "try: a\nexcept* B, C(d): e\n",
    "unpacked list": "a = [*b for c in d if e] + f\n",
    "unpacked set and generator": "a = {*(b) for c in d} | f(*g for h in i)\n",
    "unpacked mapping": "a = {  **b for c in d} | e\n",
    "lazy imports": "lazy import a.b as c; d = e\nif f: lazy from g import h\n",
    "all in all": "def f[T](a):\n    type B = [*f'{c['d']}' for e in {**g for h in t'{i}'}]\n    try: j\n    except K, L[f'{'m'}']: n\n",
}


def names_in(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name of a tree with the position that it has."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id, f"{node.lineno}:{node.col_offset}"


@pytest.mark.parametrize("kind", SAMPLES)
def test_names_stand_on_their_own_text(kind: str) -> None:
    text = SAMPLES[kind]
    module = parse_newer(text)
    assert module is not None
    lines = [line.encode() for line in text.split("\n")]
    names = [node for node in ast.walk(module) if isinstance(node, ast.Name)]
    assert {lines[name.lineno - 1][name.col_offset : name.end_col_offset].decode() for name in names} == {
        name.id for name in names
    }
    assert all(lines[name.lineno - 1][name.col_offset : name.end_col_offset].decode() == name.id for name in names)
    assert names


@pytest.mark.parametrize("kind", SAMPLES)
def test_names_are_all_there(kind: str) -> None:
    """Those that libcst finds, without what no one evaluates: type parameters with their bounds and defaults."""
    module = parse_newer(SAMPLES[kind])
    assert module is not None
    expected = {
        "type statement": "a b c d é",
        "type statement with parameters": "A b c e",
        "function": "T Ts a d e",
        "function over lines": "b",
        "class": "T b d e f",
        "class without bases": "f é",
        "quotes in f-strings": "a b d e f g",
        "lines in f-strings": "a b c",
        "concatenation": "a c g i",
        "t-string": "a b c d e",
        "handlers": "B F G a c e h",
        "groups": "B C a d e",
        "unpacked list": "a b c d e f",
        "unpacked set and generator": "a b c d f g h i",
        "unpacked mapping": "a b c d e",
        "lazy imports": "d e f",
        "all in all": "B K L c e g h i j n",
    }
    assert sorted({name for name, _ in names_in(module)}) == sorted(expected[kind].split())


def test_statements_and_strings_keep_their_extent() -> None:
    module = parse_newer("type A = b ; lazy import c\nd = (f'{e['f']}' 'g').h\n")
    assert module is not None
    alias, eager, assignment = module.body
    assert (alias.col_offset, alias.end_col_offset) == (0, 10)
    assert (eager.col_offset, eager.end_col_offset) == (13, 26)
    assert isinstance(eager, ast.Import)
    assert isinstance(assignment, ast.Assign)
    assert isinstance(assignment.value, ast.Attribute)
    string = assignment.value.value
    assert isinstance(string, ast.JoinedStr)
    assert (string.col_offset, string.end_col_offset) == (5, 20)


def test_blanks_that_libcst_loses_move_nothing() -> None:
    module = parse_newer("a = f'{b!r  }{c['d']}' + e\n")
    assert module is not None
    assert ("e", "1:25") in set(names_in(module))


@pytest.mark.parametrize("text", ["x = (\n", "print 'x'\n", "f'{'\n", "x = f'{a['b']}'\nif a\n", "def f[T(a): pass\n"])
def test_what_is_no_python_of_any_version_is_refused(text: str) -> None:
    assert parse_newer(text) is None


def test_a_file_that_needs_it_says_so() -> None:
    assert parse_source(SourceText("m.py", "x = t'{y}'\n")).is_newer is (not hasattr(ast, "TemplateStr"))
    assert not parse_source(SourceText("m.py", "x = f'{y}'\n")).is_newer
