"""Code that nests or chains deeper than parsers and recursion like: in a workflow, beside one, in a file of its own.

Each check runs in a process of its own and is given a minute or two: a parser that runs out of stack ends its process, and an
evaluator that reads something twice at each level does not end at all.
"""

DEEP = {
    "brackets": "x = " + "[" * 10_000 + "]" * 10_000,
    "dicts": "x = " + "{1: " * 5_000 + "1" + "}" * 5_000,
    "sum": "x = " + " + ".join(["a"] * 20_000),
    "disjunction": "x = " + " or ".join(["a"] * 20_000),
    "comparison": "x = " + " < ".join(["a"] * 20_000),
    "negations": "x = " + "not " * 20_000 + "a",
    "conditionals": "x = " + "a if b else " * 5_000 + "a",
    "lambdas": "x = " + "lambda: " * 5_000 + "a",
    "nested calls": "x = " + "f(" * 3_000 + ")" * 3_000,
    "method chain": "x = a" + ".b()" * 3_000,
    "subscripts": "x = a" + "[0]" * 3_000,
    "elif": "if a:\n    pass\n" + "elif b:\n    pass\n" * 5_000,
    "targets": "x = " * 5_000 + "a",
    "annotation": "x: " + " | ".join(["int"] * 5_000) + " = 1",
    "blocks": "".join("    " * depth + "if a:\n" for depth in range(200)) + "    " * 200 + "pass",
}
"""What no one follows: an error entry with its line."""

LONG = {
    "brackets": "x = " + "[" * 150 + "]" * 150,
    "sum": "x = " + " + ".join(["a"] * 900),
    "nested calls": "x = " + "f(" * 90 + ")" * 90,
    "method chain": "x = a" + ".b()" * 400,
    "attributes": "x = a" + ".b" * 900,
    "negations": "x = 1 if " + "not " * 60 + "a else 2",
    "conditionals": "x = " + "a if b else " * 300 + "a",
    "conditionals in tests": "x = " + "(1 if " * 60 + "a" + " else 2)" * 60,
    "comprehensions": "x = " + "[" * 40 + "a" + " for a in b]" * 40,
    "f-strings": "x = f'{" + "f(" * 60 + ")" * 60 + "}'",
    "loops": "".join("    " * depth + f"for a{depth} in b:\n" for depth in range(19)) + "    " * 19 + "a = a.b(a)",
    "endless loops": "".join("    " * depth + f"while a({depth}):\n" for depth in range(19)) + "    " * 19 + "a = a.b(a)",
    "blocks": "".join("    " * depth + "if a:\n" for depth in range(90)) + "    " * 90 + "a = b",
    "functions": "".join("    " * depth + f"def f{depth}(a=a):\n" for depth in range(60))
    + "    " * 60
    + "pass\n"
    + "".join("    " * (depth - 1) + f"f{depth - 1}()\n" for depth in range(60, 0, -1)),
    "finally in finally": "".join("    " * d + "try:\n" + "    " * d + "    a = b\n" + "    " * d + "finally:\n" for d in range(19))
    + "    " * 19
    + "a = b",
    "with items": "with " + ", ".join(["a"] * 900) + ":\n    pass",
    "elif": "if a:\n    pass\n" + "elif b:\n    pass\n" * 900,
    "cases": "match a:\n" + "".join(f"    case {number}:\n        pass\n" for number in range(900)),
    "decorators": "@a\n" * 900 + "def f():\n    pass",
    "arguments": "f(" + ", ".join(["a"] * 5_000) + ")",
    "names": "\n".join(f"x{number} = x{number - 1}" for number in range(1, 3_000)),
}  # fmt: skip
"""What is long, and followed."""


def workflow(text: str) -> str:
    """A workflow around some statements, with a hazard after them."""
    body = "".join(f"    {line}" for line in text.splitlines(keepends=True))
    return f"import time\nimport holdfast\n\n\n@holdfast.workflow\ndef order(a, b, f, int):\n{body}\n    return time.time()\n"


def beside(text: str) -> str:
    """Some statements beside a workflow with a hazard."""
    return f"import time\nimport holdfast\n\n\n@holdfast.workflow\ndef order():\n    return time.time()\n\n\ndef other(a, b, f):\n    pass\n\n\n{text}\n"


def test_too_deep_is_one_clear_line_and_the_rest_is_checked(folder, check_apart):
    (folder / "good.py").write_text(beside(""))
    for number, (kind, text) in enumerate(DEEP.items()):
        (folder / f"in_{number}.py").write_text(workflow(text))
        (folder / f"beside_{number}.py").write_text(beside(text))
        (folder / f"alone_{number}.py").write_text(f"# {kind}\n{text}\n")
        (folder / f"silenced_{number}.py").write_text(f"# {kind}\n{text}  # holdfast: ignore\n")
    document = check_apart(seconds=120).document
    assert document.files == 1 + 4 * len(DEEP)
    assert ("good.py", 7, "DUR101") in document.hazards()
    said = {path: (line, message) for path, line, message in document.complaints()}
    for number, kind in enumerate(DEEP):
        line, message = said[f"in_{number}.py"]
        assert line >= 1
        assert any(word in message for word in ("cannot be analysed", "too many", "too deep")), (kind, message)
        listed = [unit.verdict for unit in document.units if unit.path == f"in_{number}.py"]
        # Of a file that Python's parser refuses no one knows what workflows it has.
        refused = message.startswith("syntax error") or "parser" in message
        assert listed == ([] if refused else ["unknown"]), (kind, message)
        found_beside = (f"beside_{number}.py", 7, "DUR101") in document.hazards()
        assert found_beside is (f"beside_{number}.py" not in said), kind


def test_what_is_long_is_followed_in_bounded_time(folder, check_apart):
    for number, text in enumerate(LONG.values()):
        (folder / f"in_{number}.py").write_text(workflow(text))
        (folder / f"beside_{number}.py").write_text(beside(text))
    document = check_apart(seconds=120).document
    assert document.complaints() == []
    found = {path for path, _, code in document.hazards() if code == "DUR101"}
    assert found == {f"{place}_{number}.py" for place in ("in", "beside") for number in range(len(LONG))}


def test_files_of_50_000_lines(folder, check_apart):
    functions = "".join(f"def f{number}(a):\n    b = a\n    return b\n\n\n" for number in range(10_000))
    (folder / "wide.py").write_text(beside(functions))
    (folder / "flat.py").write_text(beside("x = 1\n" * 50_000))
    (folder / "table.py").write_text(beside("x = [\n" + "    ('a', 1, {'b': 2}),\n" * 50_000 + "]"))
    (folder / "text.py").write_text(beside('x = """\n' + "word\n" * 50_000 + '"""'))
    (folder / "flow.py").write_text(workflow("x = 1\n" * 50_000))
    (folder / "comments.py").write_text("# holdfast: ignore\n" * 5_000 + beside("x = 1\n" * 45_000))
    (folder / "silenced.py").write_text(
        beside("x = 1\n" * 50_000).replace("time.time()", "time.time()  # holdfast: ignore")
    )
    document = check_apart(seconds=120).document
    assert document.complaints() == []
    found = {path for path, _, code in document.hazards() if code == "DUR101"}
    assert found == {"wide.py", "flat.py", "table.py", "text.py", "flow.py", "comments.py"}


def test_chains_of_calls_through_thousands_of_functions(folder, check_apart):
    calls = "".join(f"def f{number}():\n    return f{number + 1}()\n\n\n" for number in range(3_000))
    (folder / "chain.py").write_text(beside(f"{calls}def f3000():\n    return time.time()\n").replace("return time", "return f0() + time", 1))  # fmt: skip
    document = check_apart().document
    assert ("chain.py", 7, "DUR101") in document.hazards()
    assert [unit.verdict for unit in document.units] == ["violated"]


def test_recursion_of_every_kind(folder, check_apart):
    (folder / "flow.py").write_text(
        beside(
            "def f(a):\n    return g([a])\n\n\ndef g(a):\n    return f({1: a}) if a else f\n\n\n"
            "class Node:\n    def __init__(self, of=None):\n        self.next = Node(self)\n\n"
            "    def __call__(self):\n        return self.next()()\n\n    def __getattr__(self, name):\n        return getattr(self, name + 'x')\n\n\n"
            "y = lambda f: f(f)\n"
        ).replace("return time", "f(g); g(f); y(y); Node()(); Node().other; z = [1]; z.append(z); z[0] = z; print(z); return time", 1)
    )  # fmt: skip
    document = check_apart().document
    assert ("flow.py", 7, "DUR101") in document.hazards()
