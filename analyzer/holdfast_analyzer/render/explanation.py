"""What `holdfast explain` prints: what a line is, and the calls that lead to it."""

from collections.abc import Iterator

from holdfast_analyzer.explanation import Explanation, Kind, Way
from holdfast_analyzer.render.explained import short, step_of
from holdfast_analyzer.render.style import BLUE, BOLD, DIM, GREEN, YELLOW, Style, cells, count, safe, wrap

MOST_WAYS = 5
"""Workflows whose chain is printed; the others are named."""

WIDTH = 100

SAID = {
    Kind.WORKFLOW: ("workflow code", "a replay runs it again", (BOLD, YELLOW)),
    Kind.STEP: ("inside a step", "what the step returned is on record, and a replay does not run it", (BOLD, GREEN)),
    Kind.IMPORT: ("import time", "it runs when its module is imported", (BOLD, BLUE)),
    Kind.UNREACHED: ("no workflow code", "no workflow is known to reach it", (BOLD,)),
    Kind.UNCHECKED: ("not checked", "nothing can be said of it", (BOLD, YELLOW)),
}
"""Kind → how it is called, what that means, and how it is painted."""


def render_explanation(found: Explanation, *, style: Style) -> Iterator[str]:
    """Yield the lines of an explanation.

    Args:
        found: what to show.
        style: paints, or does not.
    """
    label, meaning, looks = SAID[found.kind]
    place = f" in `{safe(short(found.function))}`" if found.function else ""
    yield f"{style(f'{safe(found.path)}:{found.line}', BOLD)}{style.code(place)}: {style(label, *looks)}; {meaning}"
    for reason in found.reasons:
        for index, line in enumerate(wrap(safe(reason), WIDTH - 2)):
            yield ("- " if index == 0 else "  ") + style.code(line)
    for way in found.ways[:MOST_WAYS]:
        yield ""
        yield from _way(way, style)
    others = found.ways[MOST_WAYS:]
    if others:
        yield ""
        yield f"and {count(len(others), 'further workflow')}:"
        yield from (f"  {safe(way.unit)}{' (inside a step)' if way.in_step else ''}" for way in others)
    if found.operations or found.findings:
        yield ""
        yield "on this line:"
    for done in found.operations:
        named = f" `{safe(done.name)}`" if done.name else ""
        yield style.code(f"  durable operation: {done.kind}{named}")
    for finding in found.findings:
        label = f"{finding.severity}[{finding.code}]"
        silenced = " (suppressed)" if finding.suppressed is not None else ""
        passing = f" at {safe(finding.path)}:{finding.line}" if finding.line != found.line else ""
        yield f"  {style.severity(label, finding.severity)}{passing}: {style.code(safe(finding.message))}{silenced}"


def _way(way: Way, style: Style) -> Iterator[str]:
    """Yield how one workflow leads here, a line for its definition and one for each call."""
    inside = ", in the body of a step" if way.in_step else ""
    yield style.code(f"workflow `{safe(way.unit)}` ({way.engine}) reaches it{inside}")
    places = [f"{safe(frame.path)}:{frame.line}" for frame in way.chain]
    widest = max(map(cells, places), default=0)
    for number, (place, frame) in enumerate(zip(places, way.chain, strict=True)):
        told = "is defined" if number == 0 else step_of(frame)
        yield f"  {place}{' ' * (widest - cells(place))}  {style(told, DIM) if number == 0 else style.code(safe(told))}"
