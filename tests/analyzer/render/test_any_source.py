"""Whatever stands in a source file, a report prints."""

from hand_made import finding, frame
from hypothesis import given
from hypothesis import strategies as st

from holdfast_analyzer.render.full import render_finding
from holdfast_analyzer.render.source import Excerpt
from holdfast_analyzer.render.style import Style, cells, clip, safe, wrap
from holdfast_analyzer.suppressions import parse_suppressions

anything = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)
columns = st.integers(min_value=-2, max_value=400)


class OneLine:
    """A source whose every line is the same."""

    def __init__(self, line):
        self._line = line

    def line(self, path, number):
        return self._line


@given(line=anything.map(lambda text: text.replace("\n", "").replace("\r", "")), column=columns, end=columns)
def test_a_finding_prints_in_its_width_and_drives_no_terminal(line, column, end):
    place = frame("a.py", 1, "a:w", "b", column=column)
    given_finding = finding(path="b.py", column=column, end_column=end, chain=(place, place, frame("b.py", 2, "b:f")))
    lines = list(render_finding(given_finding, style=Style(False), source=OneLine(line), width=80))
    assert max(map(cells, lines)) <= 80
    assert all(safe(text) == text for text in lines)


@given(line=anything, column=columns, end=columns, width=st.integers(min_value=20, max_value=120))
def test_a_mark_is_never_empty_and_stays_within_the_width(line, column, end, width):
    excerpt = Excerpt(line, column, end, width)
    assert cells(excerpt.text) <= width
    assert excerpt.length >= 1
    assert excerpt.offset + excerpt.length <= width


@given(text=anything, width=st.integers(min_value=1, max_value=80))
def test_clipped_text_fits(text, width):
    clipped = clip(text, width)
    assert cells(clipped) <= width
    assert clipped == text or clipped.endswith("…")


@given(text=anything, width=st.integers(min_value=1, max_value=80))
def test_wrapping_loses_no_word(text, width):
    assert " ".join(wrap(text, width)).split() == text.split()


@given(text=anything, comment=st.sampled_from(["# holdfast: ignore[DUR101] why", "# noqa: DUR101", ""]))
def test_reading_suppressions_never_fails(text, comment):
    for directive in parse_suppressions(f"{text}{comment}\n{text}\n", "a.py"):
        assert directive.first <= directive.at.line <= directive.last
