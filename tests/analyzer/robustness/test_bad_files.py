"""Files that are no Python, or not the Python that is running, beside one that is fine."""

import os
from pathlib import Path

import pytest

GOOD = ("good.py", 7, "DUR101")

UNREADABLE = {
    "unclosed": (b"import holdfast\nx = (\n", 2, "syntax error: '(' was never closed"),
    "python 2": (b"import holdfast\nprint 'x'\n", 2, "syntax error: "),
    "indentation": (b"import holdfast\nif 1:\n\tx\n        y\n", 4, "syntax error: "),
    "null byte": (b"import holdfast  # holdfast: ignore\nx = '\0'\n", 2, "source holds a null byte"),
    "null bytes alone": (b"\0" * 5000, 1, "source holds a null byte"),
    "latin-1 without a cookie": (b"import holdfast\nx = '\xe9'\n", 2, "byte 0xe9 is not `utf-8`; save the file as UTF-8 or declare its encoding"),
    "unknown encoding": (b"# coding: klingon\nimport holdfast\n", 1, "unknown encoding `klingon`; declare one that Python knows"),
    "no text encoding": (b"# coding: hex\nimport holdfast\n", 1, "unusable encoding `hex`"),
    "utf-16": ("import holdfast\n".encode("utf-16"), 1, "source holds a null byte"),
    "binary": (bytes(range(1, 256)) * 20, 2, "byte 0x80 is not `utf-8`"),
    "lone surrogate": (b"import holdfast\nx = '\xed\xa0\x80'\n", 2, "byte 0xed is not `utf-8`"),
    "stray bracket": (b"import holdfast\nx = 1)\n", 2, "syntax error: unmatched ')'"),
    "unended string": (b'import holdfast\nx = """\n', 2, "syntax error: unterminated triple-quoted string literal"),
    "only a bracket": (b"(", 1, "syntax error: '(' was never closed"),
    "merge conflict": (b"import holdfast\n<<<<<<< HEAD\nx = 1\n=======\n", 2, "syntax error: invalid syntax"),
}  # fmt: skip


@pytest.mark.parametrize("reached", [False, True], ids=["aside", "imported"])
@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_unreadable_file_is_one_line_and_the_rest_is_checked(folder, check, workflow, kind, reached):
    content, line, message = UNREADABLE[kind]
    (folder / "bad.py").write_bytes(content)
    call = "import bad\n" if reached else ""
    (folder / "good.py").write_text(workflow + call)
    document = check().document
    assert document.hazards() == [GOOD]
    assert document.files == 2
    ((path, at, said),) = document.complaints()
    assert (path, at) == ("bad.py", line)
    assert said.startswith(message)


def test_what_a_workflow_calls_in_an_unreadable_file_is_unknown_not_proved(folder, check):
    (folder / "bad.py").write_text("def f(:\n")
    (folder / "flow.py").write_text("import holdfast\nimport bad\n\n\n@holdfast.workflow\ndef order():\n    bad.f()\n")
    document = check().document
    assert [unit.verdict for unit in document.units] == ["unknown"]
    assert [path for path, _, _ in document.complaints()] == ["bad.py"]


READABLE = {
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "byte order mark and cookie": lambda text: b"\xef\xbb\xbf# coding: utf-8\n" + text.encode(),
    "latin-1 with a cookie": lambda text: b"# -*- coding: latin-1 -*-\n# \xe9\n" + text.encode("latin-1"),
    "cookie on the second line": lambda text: b"#!/usr/bin/python\n# coding: cp1252\n# \x80\n" + text.encode(),
    "windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "old line ends": lambda text: text.replace("\n", "\r").encode(),
    "no last line end": lambda text: text.rstrip("\n").encode(),
    "form feeds": lambda text: text.replace("\n\n\n", "\n\f\n\n").encode(),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "wide characters": lambda text: ("# 🧵\n" + text.replace("order", "größe")).encode(),
}


@pytest.mark.parametrize("kind", READABLE)
def test_whatever_python_reads_is_checked(folder, check, workflow, kind):
    content = READABLE[kind](workflow)
    (folder / "good.py").write_bytes(content)
    document = check().document
    shift = (content.count(b"\n") or content.count(b"\r")) - (workflow.count("\n") - (kind == "no last line end"))
    assert document.hazards() == [("good.py", 7 + shift, "DUR101")]
    assert document.complaints() == []


NEWER = {
    "type statement (PEP 695)": "type Price = int\n",
    "type parameters (PEP 695)": "def first[T](items: list[T]) -> T:\n    return items[0]\n",
    "generic class (PEP 695)": "class Box[T]:\n    item: T\n",
    "type parameter default (PEP 696)": "class Box[T = int]:\n    item: T\n",
    "quotes in f-strings (PEP 701)": "name = f'{'x'}'\n",
    "line ends in f-strings (PEP 701)": "name = f'{\n    1\n}'\n",
    "except without parentheses (PEP 758)": "try:\n    pass\nexcept KeyError, ValueError:\n    pass\n",
    "template string (PEP 750)": "name = 1\nrow = t'{name}'\n",
    "return in finally (PEP 765)": "def f():\n    try:\n        pass\n    finally:\n        return 1\n",
}


@pytest.mark.parametrize("kind", NEWER)
def test_syntax_newer_than_the_running_python_is_checked(folder, check, workflow, kind):
    text = NEWER[kind]
    (folder / "before.py").write_text(text + workflow)
    indented = "".join(f"    {line}" for line in text.splitlines(keepends=True))
    (folder / "within.py").write_text(workflow.replace("    return", f"{indented}    return"))
    (folder / "reached.py").write_text(f"import time\n{text}\n\ndef now():\n    return time.time()\n")
    (folder / "through.py").write_text(workflow.replace("time.time()", "reached.now()").replace("time", "reached", 1))
    lines = text.count("\n")
    document = check().document
    assert document.complaints() == []
    assert sorted(document.hazards()) == [
        ("before.py", 7 + lines, "DUR101"),
        ("reached.py", 5 + lines, "DUR101"),
        ("within.py", 7 + lines, "DUR101"),
    ]


def test_a_newer_file_beside_a_workflow_is_no_error(folder, check, workflow):
    (folder / "newer.py").write_text("".join(NEWER.values()))
    (folder / "good.py").write_text(workflow)
    document = check().document
    assert (document.hazards(), document.complaints()) == ([GOOD], [])


def test_empty_files(folder, check):
    for name, content in (
        ("a.py", b""),
        ("b.py", b"\n"),
        ("c.py", b"\xef\xbb\xbf"),
        ("d.py", b"# only this"),
        ("e.py", b"\f"),
    ):
        (folder / name).write_bytes(content)
    document = check().document
    assert (document.hazards(), document.complaints(), document.files) == ([], [], 5)


def test_no_files_at_all(check):
    result = check()
    assert (result.status, result.document.files, result.document.complaints()) == (0, 0, [])


def test_names_that_are_awkward(folder, check, workflow):
    names = [
        "with space.py",
        "line\nend.py",
        "quote'\".py",
        "-.py",
        "$(x).py",
        "ü.py",
        "\x1b[31m.py",
        "a.b.py",
        "%s.py",
    ]
    for name in names:
        (folder / name).write_text(workflow)
        (folder / f"broken {name}").write_text("x = (")
    document = check().document
    assert {path for path, _, _ in document.hazards()} == set(names)
    assert {path for path, _, _ in document.complaints()} == {f"broken {name}" for name in names}
    for path in ("with space.py", "line\nend.py", "./-.py"):
        assert len(check(path).document.hazards()) == 1


def test_a_name_that_is_no_utf_8_is_said(folder, check, workflow):
    (folder / "good.py").write_text(workflow)
    Path(os.fsdecode(b"bad\xff.py")).write_text(workflow)
    document = check().document
    assert document.hazards() == [GOOD]
    assert document.complaints() == [
        ("bad\\udcff.py", 0, "name is not valid UTF-8; rename the file to have it checked")
    ]


def test_standard_input(check, workflow):
    result = check("-", stdin=workflow.encode())
    assert result.document.hazards() == [("-", 7, "DUR101")]
    assert result.document.files == 1
    assert check("-", stdin=b"").document.hazards() == []
    assert check("-", stdin=b"x = (").document.complaints() == [("-", 1, "syntax error: '(' was never closed")]
    assert check("-", stdin=b"\0 holdfast: ignore").document.complaints() == [("-", 1, "source holds a null byte")]


def test_standard_input_beside_files_finds_their_modules(folder, check, workflow):
    (folder / "clock.py").write_text("import time\n\n\ndef now():\n    return time.time()\n")
    text = workflow.replace("time.time()", "clock.now()").replace("time", "clock", 1)
    assert check("-", ".", stdin=text.encode()).document.hazards() == [("clock.py", 5, "DUR101")]
