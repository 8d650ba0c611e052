"""The full format: definition and hazard in code frames, the calls between them."""

from itertools import pairwise
from textwrap import dedent

import pytest
from hand_made import finding, frame

from holdfast_analyzer.render.full import MOST_CALLS, render_finding
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.render.style import Style, cells
from holdfast_rules.rule import Severity

ORDERS = """\
@workflow
def fulfil(order: str) -> str:
    return label(order)
"""
LABELS = """\
def label(order):
    return stamped(order)
"""
CLOCK = """\
def now():
    return time.time()
"""
CHAIN = (
    frame("orders.py", 2, "shop.orders:fulfil"),
    frame("orders.py", 3, "shop.orders:fulfil", "shop.labels:label", column=12),
    frame("labels.py", 2, "shop.labels:label", "shop.clock:now", column=12),
    frame("clock.py", 2, "shop.clock:now", "time.time", column=12),
)


@pytest.fixture
def shown(tmp_path):
    """Render a finding over the files of a small shop."""
    for name, text in (("orders.py", ORDERS), ("labels.py", LABELS), ("clock.py", CLOCK)):
        (tmp_path / name).write_text(text)

    def render(given, *, colour=False, width=80, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(text) if isinstance(text, str) else (
                tmp_path / f"{name}.py"
            ).write_bytes(text)
        return list(render_finding(given, style=Style(colour), source=SourceLines(tmp_path), width=width))

    return render


def marked(lines):
    """Return what the last row of marks points at in the line above it."""
    for above, marks in reversed(list(pairwise(lines))):
        if "━" in marks:
            return above[marks.index("━") : marks.rindex("━") + 1]
    raise AssertionError("nothing is marked")


def test_definition_and_hazard_are_joined_by_the_chain(shown):
    assert "\n".join(shown(finding(chain=CHAIN, units=("shop.orders:fulfil",)))) + "\n" == dedent("""\
        error[DUR101]: `time.time` reads the wall clock; a replay gets another value
          ╭─▸ orders.py:2:5
          │
        2 │ def fulfil(order: str) -> str:
          │     ────── workflow `shop.orders:fulfil` (holdfast)
          │
          ├─▸ orders.py:3:12  `fulfil` → `label`
          ├─▸ labels.py:2:12  `label` → `now`
          │
          ╰─▸ clock.py:2:12
          │
        2 │     return time.time()
          │            ━━━━━━━━━━━ wall-clock
          │
          = help: use `holdfast.now()`
    """)


def test_a_hazard_in_the_workflow_itself(shown):
    chain = (frame("orders.py", 2, "orders:fulfil"), frame("orders.py", 3, "orders:fulfil", "label", column=12))
    assert "\n".join(shown(finding(path="orders.py", line=3, end_line=3, chain=chain))[1:9]) + "\n" == dedent("""\
          ╭─▸ orders.py:2:5
          │
        2 │ def fulfil(order: str) -> str:
          │     ────── workflow `orders:fulfil` (holdfast)
          │
          ╰─▸ orders.py:3:12
          │
        3 │     return label(order)
    """)


@pytest.mark.parametrize("column", [1, 5])
def test_the_name_of_the_definition_is_marked_whether_the_frame_starts_at_def_or_at_the_name(shown, column):
    chain = (frame("orders.py", 2, "shop.orders:fulfil", column=column), *CHAIN[1:])
    lines = shown(finding(chain=chain))
    above, marks = lines[3], lines[4]
    assert above[marks.index("─") : marks.index(" workflow")] == "fulfil"


def test_a_finding_without_chain_shows_its_place_alone(shown):
    lines = shown(finding(units=(), engine=""))
    assert lines[1:4] == ["  ──▸ clock.py:2:12", "  │", "2 │     return time.time()"]
    assert marked(lines) == "time.time()"


def test_other_workflows_that_reach_it_are_named(shown):
    units = tuple(f"shop:w{number}" for number in range(8))
    assert (
        shown(finding(units=units))[-1]
        == "  = also reached from: `shop:w1`, `shop:w2`, `shop:w3`, `shop:w4` and 3 more"
    )


def test_of_a_long_chain_the_middle_is_left_out(shown):
    calls = [frame("orders.py", 3, f"m:f{number}", f"m:f{number + 1}", column=number + 1) for number in range(40)]
    lines = shown(finding(chain=(CHAIN[0], *calls, CHAIN[-1])))
    listed = [line for line in lines if "→" in line]
    assert len(listed) == MOST_CALLS
    assert "`f0` → `f1`" in listed[0]
    assert "`f39` → `f40`" in listed[-1]
    assert sum("further calls" in line for line in lines) == 1


def test_an_unreadable_source_still_prints(shown):
    lines = shown(finding(path="gone.py", chain=(frame("gone.py", 1, "gone:w"), frame("gone.py", 2, "gone:w", "x"))))
    assert "  ╰─▸ gone.py:2:12" in lines
    assert sum("the source cannot be read" in line for line in lines) == 2
    assert lines[-1] == "  = help: use `holdfast.now()`"


def test_a_line_beyond_the_end_still_prints(shown):
    assert any("the source cannot be read" in line for line in shown(finding(line=900, end_line=900)))


@pytest.mark.parametrize(
    ("line", "column", "end_column", "hazard"),
    [
        ("\treturn\ttime.time()", 9, 20, "time.time()"),
        ("x = 1;" + " " * 200 + "time.time()", 207, 218, "time.time()"),
        ("time.time();" + " x = 1;" * 40, 1, 12, "time.time()"),
        (" " * 60 + "return time.time()", 68, 79, "time.time()"),
        ("a = '" + "x" * 500_000 + "'; time.time()", 500_009, 500_020, "time.time()"),
    ],
)
def test_the_mark_stands_below_the_hazard_of_a_trimmed_line(shown, line, column, end_column, hazard):
    lines = shown(finding(column=column, end_column=end_column), clock=f"def now():\n{line}\n")
    assert marked(lines) == hazard
    assert max(cells(text) for text in lines) <= 80


def test_wide_characters_take_two_columns(shown):
    lines = shown(finding(column=15, end_column=26), clock='def now():\n    f("日本語é"); time.time()\n')
    above = next(line for line in lines if "日本語" in line)
    marks = lines[lines.index(above) + 1]
    assert cells(above[: above.index("time.time")]) == marks.index("━") + 1


def test_a_hazard_over_several_lines_is_marked_to_the_end_of_its_first(shown):
    lines = shown(finding(column=12, end_line=4, end_column=2), clock="def now():\n    return time.time(\n\n)\n")
    assert marked(lines) == "time.time("


def test_a_file_in_its_own_encoding_keeps_its_columns(shown):
    source = "# coding: latin-1\nx = 'é'; time.time()\n".encode("latin-1")
    lines = shown(finding(column=10, end_column=21), clock=source)
    assert "2 │ x = 'é'; time.time()" in lines
    assert marked(lines) == "time.time()"


def test_what_could_drive_the_terminal_is_shown_as_escapes(shown):
    evil = "\x1b]0;owned\x07\x9b31m\u202e"
    lines = shown(
        finding(message=f"`{evil}` reads", help=evil, path="clock.py", units=(evil, evil)),
        clock=f"def now():\n    return time.time() # {evil}\n",
    )
    text = "".join(lines)
    assert not set("\x1b\x07\x9b\u202e") & set(text)
    assert "\\x1b]0;owned\\x07\\x9b31m\\u202e" in text


def test_severity_chooses_the_colour_and_plain_has_none(shown):
    for severity, parameters in ((Severity.ERROR, "1;31"), (Severity.WARNING, "1;33"), (Severity.NOTE, "1;36")):
        coloured = "\n".join(shown(finding(severity=severity, chain=CHAIN), colour=True))
        assert f"\x1b[{parameters}m{severity}[DUR101]\x1b[0m" in coloured
        assert f"\x1b[{parameters}m━━━━━━━━━━━\x1b[0m" in coloured
    assert "\x1b" not in "".join(shown(finding(chain=CHAIN)))


def test_prose_keeps_to_the_width(shown):
    lines = shown(finding(message="reads the clock " * 20, help="use another thing " * 20))
    assert max(map(cells, lines)) <= 80
    assert sum("reads the clock" in line for line in lines) > 3
