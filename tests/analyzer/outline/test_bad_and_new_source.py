"""Outlines of text that Python refuses, or that only a newer Python accepts."""

import warnings

import pytest

from holdfast_analyzer.outline import Outline, outline
from holdfast_analyzer.source import SourceText, UnreadableSource
from holdfast_analyzer.syntax.parse import parse_source


def outlined(text: str) -> Outline:
    return outline(parse_source(SourceText("m.py", text)))


NEWER = """\
type Alias[T] = int
type Long[
    T,
] = dict[str, T]; after = 1
def generic[T: int = str,
            *Ts](order: Order[T]): pass
class Box[
    T
](Base):
    items = []
    def add(self, x):
        REGISTRY.append(f"{x["key"]} {f"{x["nested"]}"}")
text = ("plain" f"{call(generic)["x"]}"
    f\"\"\"
    {register(
        generic)}
    {(yield_ := 1)!r:>{width["w"]}}
\"\"\" "end")
try:
    pass
except KeyError, ValueError:
    import late
message = t"{call(Box)}"
spread = [*row for row in rows]
merged = {**row for row in rows}
REGISTRY = []
"""


def test_newer_syntax_keeps_names_calls_and_lines() -> None:
    found = outlined(NEWER)
    assert found.is_newer
    assert {name: [r.line for r in regions] for name, regions in found.bindings.items()} == {
        "Alias": [1], "Long": [2], "after": [4], "text": [13], "yield_": [13],
        "message": [23], "spread": [24], "merged": [25], "REGISTRY": [26],
    }  # fmt: skip
    generic = found.functions["generic"]
    assert (generic.line, generic.annotations) == (5, ["Order", "T"])
    box = found.classes["Box"]
    assert (box.line, box.bases, box.attributes["items"][0].line) == (7, ["Base"], 10)
    assert [(write.target, write.line) for write in found.writes] == [("REGISTRY", 12)]
    assert [(h.callee, h.handed, h.region.line, h.region.end_line) for h in found.handed] == [
        ("call", "generic", 13, 18),
        ("register", "generic", 13, 18),
        ("call", "Box", 23, 23),
    ]
    assert [i.bound for i in found.imports] == ["late"]
    assert found.lines == NEWER.count("\n")


def test_lazy_imports_are_imports() -> None:
    found = outlined("lazy import a.b\nlazy from c import d as e\nlazy = 1\n")
    assert [(i.bound, i.submodule, i.name, i.line) for i in found.imports] == [("a", "a.b", "", 1), ("e", "", "d", 2)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a = 1\nif a\n    b\n", 2, "syntax error: expected ':'"),
        ("print 'x'\n", 1, "syntax error: missing parentheses"),
        ("def f():\n\tif a:\n        b\n", 3, "syntax error: "),
        ("x = '\ud800'\n", 1, "text cannot be encoded"),
        ("x = " + "(" * 300 + ")" * 300, 1, "syntax error: too many nested parentheses"),
        ("x = " + "-" * 100_000 + "1", 1, "nested too deeply"),
        ("x = " + "+".join(["a"] * 100_000), 1, "nested too deeply"),
        ("if a:\n  b\n" + "elif a:\n  b\n" * 20_000, 1, "nested too deeply"),
        ("x = f'{a['b']}'\ny = " + "[" * 5000 + "]" * 5000, 2, "syntax error: too many nested"),
        ("try: pass\nexcept A, B: " + "not " * 5000 + "a", 2, "syntax error: "),
    ],
)
def test_what_cannot_be_read_is_said(text: str, line: int, message: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        outlined(text)
    assert caught.value.message.startswith(message)
    assert (caught.value.path, caught.value.line) == ("m.py", line)


def test_long_chains_of_elif_are_read() -> None:
    text = "if a:\n  b\n" + "elif a:\n  x = f\n" * 900
    assert len(outlined(text).bindings["x"]) == 900


def test_deep_expressions_that_python_takes_are_read() -> None:
    text = (
        "CACHE = []\ndef f(a):\n    return " + "+".join(["a"] * 900) + " + CACHE.pop()\n" + "g(" * 190 + "f" + ")" * 190
    )
    found = outlined(text)
    assert [write.target for write in found.writes] == ["CACHE"]
    assert [h.handed for h in found.handed] == ["f"]


def test_python_warns_nobody() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outlined("x = '\\d'\nassert (x, 1)\ny = 1 is 2\n")
    assert caught == []


def test_a_file_of_50_000_lines_is_read() -> None:
    text = "import q\n" + "".join(f"def f{n}(a):\n    q.x = {n}\n" for n in range(25_000))
    found = outlined(text)
    assert len(found.functions) == len(found.writes) == 25_000
    assert (found.lines, found.writes[-1].line) == (50_001, 50_001)
