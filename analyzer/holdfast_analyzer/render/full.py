"""Findings with their source: the workflow's definition and the hazard in code frames, joined by the calls between."""

import re
from collections.abc import Iterator

from holdfast_analyzer.render.explained import step_of
from holdfast_analyzer.render.source import Excerpt, SourceLines
from holdfast_analyzer.render.style import BLUE, BOLD, DIM, SEVERITY_STYLE, Style, cells, clip, safe, wrap
from holdfast_rules.facts import Frame
from holdfast_rules.rule import Finding

MOST_CALLS = 12
"""Calls of a chain that are listed; of a longer chain the middle is left out."""

DEFINITION = re.compile(r"(?:async\s+def|def|class)\s+(\w+)")
NAME = re.compile(r"[\w.]+")


def render_finding(finding: Finding, *, style: Style, source: SourceLines, width: int = 80) -> Iterator[str]:
    """Yield the lines of one finding.

    Args:
        finding: what to show.
        style: paints, or does not.
        source: where the quoted lines come from.
        width: columns to keep to; a path that is longer is shown whole all the same.
    """
    yield from _headline(finding, style, width)
    chain = finding.chain
    shown = [chain[0].line, finding.line] if chain else [finding.line]
    page = _Page(style, source, width, gutter=max(len(str(line)) for line in shown))
    joined = len(chain) > 1
    if joined:
        yield from page.definition(chain[0], finding)
        yield from page.calls(_between(chain, finding))
    yield from page.hazard(finding, joined)
    yield from page.notes(finding)


def _headline(finding: Finding, style: Style, width: int) -> Iterator[str]:
    label = f"{finding.severity}[{finding.code}]"
    indent = len(label) + 2
    for index, line in enumerate(wrap(safe(finding.message), width - indent)):
        start = f"{style.severity(label, finding.severity)}: " if index == 0 else " " * indent
        yield start + style(line, BOLD)


def _between(chain: tuple[Frame, ...], finding: Finding) -> list[Frame | None]:
    """Return the frames between definition and hazard, None where some are left out."""
    middle: list[Frame | None] = [
        frame
        for frame in chain[1:]
        if (frame.path, frame.line, frame.column) != (finding.path, finding.line, finding.column)
    ]
    if len(middle) > MOST_CALLS:
        half = MOST_CALLS // 2
        middle = [*middle[:half], None, *middle[-half:]]
    return middle


class _Page:
    """Draws the frames of one finding beside a common gutter."""

    def __init__(self, style: Style, source: SourceLines, width: int, gutter: int) -> None:
        self._style = style
        self._source = source
        self._width = width
        self._gutter = gutter

    def definition(self, frame: Frame, finding: Finding) -> Iterator[str]:
        """Draw the workflow's own definition, where the chain begins."""
        yield self._place("╭─▸", frame.path, frame.line, frame.column)
        unit = finding.units[0] if finding.units else frame.function
        end = frame.column
        line = self._source.line(frame.path, frame.line)
        column = frame.column
        if line is not None:
            found = DEFINITION.match(line, column - 1)
            if found is not None:
                column, end = found.start(1) + 1, found.end(1) + 1
            else:
                name = NAME.match(line, column - 1)
                end = name.end() + 1 if name is not None else column + 1
        engine = f" ({finding.engine})" if finding.engine else ""
        note = f"workflow `{safe(unit)}`{engine}"
        yield from self._code(line, frame.line, column, end, "─", note, (BLUE,))

    def calls(self, frames: list[Frame | None]) -> Iterator[str]:
        """List the calls that lead from the definition to the hazard, one a line."""
        places = [_place(frame) for frame in frames if frame is not None]
        widest = max((cells(place) for place in places if cells(place) <= self._width // 2), default=0)
        for frame in frames:
            if frame is None:
                yield self._rail("┊", self._style("… further calls …", DIM))
                continue
            place = _place(frame)
            padding = " " * max(widest - cells(place), 0)
            step = self._style.code(safe(step_of(frame)))
            yield self._rail("├─▸", f"{place}{padding}  {step}")
        if frames:
            yield self._rail("│")

    def hazard(self, finding: Finding, joined: bool) -> Iterator[str]:
        """Draw the hazard itself, where the chain ends."""
        yield self._place("╰─▸" if joined else "──▸", finding.path, finding.line, finding.column)
        line = self._source.line(finding.path, finding.line)
        end = finding.end_column if finding.end_line <= finding.line else 0
        looks = SEVERITY_STYLE[finding.severity]
        yield from self._code(line, finding.line, finding.column, end, "━", finding.name, looks)

    def notes(self, finding: Finding) -> Iterator[str]:
        """Say what to do, and which other workflows are concerned."""
        if finding.help:
            yield from self._note("help", finding.help)
        others = finding.units[1:]
        if others:
            named = ", ".join(f"`{unit}`" for unit in others[:4])
            more = f" and {len(others) - 4} more" if len(others) > 4 else ""
            yield from self._note("also reached from", named + more)

    def _note(self, label: str, text: str) -> Iterator[str]:
        indent = self._gutter + 3 + len(label) + 2
        for index, line in enumerate(wrap(safe(text), self._width - indent)):
            if index == 0:
                yield f"{' ' * (self._gutter + 1)}{self._style('=', BLUE)} {self._style(label, BOLD)}: {self._style.code(line)}"
            else:
                yield " " * indent + self._style.code(line)

    def _code(
        self, line: str | None, number: int, column: int, end: int, mark: str, note: str, looks: tuple[str, ...]
    ) -> Iterator[str]:
        """Draw one line of source with a mark below it; nothing where the source cannot be had."""
        if line is None:
            yield self._rail("│", self._style("(the source cannot be read)", DIM))
            return
        room = self._width - self._gutter - 3
        excerpt = Excerpt(line, column, end, room)
        yield self._rail("│")
        yield f"{self._style(str(number).rjust(self._gutter), BLUE)} {self._style('│', BLUE)} {excerpt.text}"
        marks = self._style(mark * excerpt.length, *looks)
        text, label = self._style.code(note, *looks), cells(note) + 1
        if excerpt.offset + excerpt.length + label <= room:
            yield self._rail("│", f"{' ' * excerpt.offset}{marks} {text}")
        elif excerpt.offset >= label:
            yield self._rail("│", f"{' ' * (excerpt.offset - label)}{text} {marks}")
        else:
            yield self._rail("│", f"{' ' * excerpt.offset}{marks}")
            yield self._rail("│", self._style.code(clip(note, room), *looks))
        yield self._rail("│")

    def _place(self, corner: str, path: str, line: int, column: int) -> str:
        return self._rail(corner, f"{safe(path)}:{line}:{column}")

    def _rail(self, sign: str, text: str = "") -> str:
        return f"{' ' * self._gutter} {self._style(sign, BLUE)} {text}".rstrip()


def _place(frame: Frame) -> str:
    return f"{safe(frame.path)}:{frame.line}:{frame.column}"
