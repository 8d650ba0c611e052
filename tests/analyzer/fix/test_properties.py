"""What holds for fixes of any program: random hazards under random names, in random blocks, formatting, comments and line ends."""

import ast
import io
import tokenize

import pytest
from fixing import codes, fixed, fixes_of
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast_analyzer import check_source
from holdfast_analyzer.fix.applying import CannotApply, applied, choose
from holdfast_rules.fixes import Edit, Safety

MODULES = ("time", "datetime", "random", "uuid", "logging", "asyncio")
EXPRESSIONS = (
    "{time}.time({gap})",
    "{datetime}.datetime.now({gap}{datetime}.UTC)",
    "{datetime}.datetime.utcnow()",
    "{random}.random()",
    "{random}.choice({gap}[1, 2,{gap}3])",
    "{random}.randint(1, {random}.randint({gap}2, 9))",
    "{uuid}.uuid4()",
    "f'no {{{uuid}.uuid4()}}'",
    "sorted([{time}.time(), 2])[0]",
    "[{time}.time(){gap} for _ in range(2)]",
    "({random}.random(),{gap}{uuid}.uuid4( ))",
    "', '.join({gap}tags{gap})",
    "[tag for tag in{gap} tags]",
)
STATEMENTS = (
    "keep({value})",
    "x = {value}; keep(x)",
    "kept = keep({value})",
    "{time}.sleep({gap}5{gap})",
    "print('told', order)",
    "print(f'{{order}} told')",
    "{logging}.warning('%s%%', order)",
    "for tag in{gap} tags: keep(tag)",
    "order = order + str({value})",
)
BLOCKS = (
    "{body}",
    "if order:\n{inner}",
    "while order < 'a':\n{inner}",
    "try:\n{inner}\nfinally:\n    order = order",
    "with Quiet():\n{inner}",
    "for number in range(2):\n{inner}",
    "match order:\n    case 'a':\n{deeper}\n    case _:\n        pass",
)


def indented(text: str, by: int = 4) -> str:
    """Return lines of code moved to the right."""
    return "\n".join(f"{' ' * by}{line}" for line in text.split("\n"))


@st.composite
def programs(draw) -> str:
    """A module whose every finding has a safe fix."""
    names, imports = {}, []
    for module in MODULES:
        names[module] = draw(st.sampled_from((module, f"{module}_", "_" + module)))
        imports.append(f"import {module}" + (f" as {names[module]}" if names[module] != module else ""))
    engine = draw(st.sampled_from(("", "import holdfast\n", "import holdfast as engine\n", "holdfast = 'taken'\n")))
    draw(st.randoms(use_true_random=False)).shuffle(imports)

    def gap() -> str:
        return draw(st.sampled_from(("", " ", "  ")))

    def filled(template: str, **others: str) -> str:
        parts = template.split("{gap}")
        text = parts[0] + "".join(gap() + part for part in parts[1:])
        return text.format(**names, **others)

    def statement() -> str:
        text = filled(draw(st.sampled_from(STATEMENTS)), value=filled(draw(st.sampled_from(EXPRESSIONS))))
        return text + draw(st.sampled_from(("", "  # said", " # café 😀")))

    def block(depth: int) -> str:
        body = "\n".join(
            block(depth - 1) if depth and draw(st.booleans()) else statement() for _ in range(draw(st.integers(1, 2)))
        )
        return draw(st.sampled_from(BLOCKS)).format(body=body, inner=indented(body), deeper=indented(body, 8))

    helper = f"def helper(order: str, tags: set[str]):\n{indented(statement())}\n    return order\n\n\n"
    return (
        draw(st.sampled_from(("", '"""Doc."""\n', "# a licence\n", "from __future__ import annotations\n")))
        + "\n".join(imports)
        + f"\n{engine}from holdfast import step, workflow\n\n\n"
        + "class Quiet:\n    def __enter__(self): return self\n    def __exit__(self, *of): return None\n\n\n"
        + "@step\ndef keep(value):\n    return 'kept'\n\n\n"
        + helper
        + "@workflow\ndef run(order: str, tags: set[str]):\n"
        + f"{indented(block(2))}\n    return keep(helper(order, tags))\n"
    )


def comments(source: str) -> list[str]:
    """Return the comments of a text."""
    return [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]


@settings(max_examples=60, deadline=None)
@given(programs())
def test_everything_safe_is_mended_and_nothing_else_changes(source):
    for finding in check_source(source, fixes=True).findings:
        # A branch that a hazard decides is mended where the hazard is.
        assert finding.code == "DUR502" or (finding.fix is not None and finding.fix.safety is Safety.SAFE), finding
    after = fixed(source)
    tree = ast.parse(after)
    assert codes(after) == []
    assert fixed(after, unsafe=True) == after
    assert comments(after) == comments(source)
    aliases = [alias for node in tree.body if isinstance(node, ast.Import) for alias in node.names]
    assert sum(alias.name == "holdfast" for alias in aliases) <= 1


@settings(max_examples=40, deadline=None)
@given(programs(), st.sampled_from(("\n", "\r\n", "\r")), st.booleans())
def test_what_no_edit_touches_stays_byte_for_byte(source, newline, marked):
    data = (b"\xef\xbb\xbf" if marked else b"") + source.replace("\n", newline).encode()
    chosen = choose(fix for fix in fixes_of(source) if fix is not None)
    (edits,) = chosen.edits.values() or ([],)
    after = applied("example.py", data, edits)
    text, result = source, after.decode().removeprefix("\ufeff").replace(newline, "\n")
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    # Walk both texts side by side: between the edits they are the same.
    here = there = 0
    for edit in sorted(edits, key=lambda edit: (edit.line, edit.column)):
        begin, end = starts[edit.line - 1] + edit.column - 1, starts[edit.end_line - 1] + edit.end_column - 1
        assert result[there : there + begin - here] == text[here:begin]
        there += begin - here
        assert result[there : there + len(edit.text)] == edit.text
        here, there = end, there + len(edit.text)
    assert result[there:] == text[here:]
    assert after.startswith(b"\xef\xbb\xbf") == marked
    assert after.count(newline.encode()) == result.count("\n")


@settings(max_examples=20, deadline=None)
@given(programs(), st.sampled_from(("def (:", "return = 1", "  x", "'", "(")))
def test_a_text_with_a_syntax_error_has_no_fixes_and_takes_no_edits(source, broken):
    text = f"{source}{broken}\n"
    assert all(finding.fix is None for finding in check_source(text, fixes=True).findings)
    edit = Edit(path="example.py", line=1, column=1, end_line=1, end_column=1, text="# \n")
    with pytest.raises(CannotApply):
        applied("example.py", text.encode(), [edit])
