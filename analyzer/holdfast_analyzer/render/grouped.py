"""Findings below the name of their file: place, severity, code and message in columns."""

from collections.abc import Iterator, Sequence

from holdfast_analyzer.render.style import BOLD, DIM, Style, cells, safe, wrap
from holdfast_rules.rule import Finding


def render_group(path: str, findings: Sequence[Finding], *, style: Style, width: int = 80) -> Iterator[str]:
    """Yield the lines of one file.

    Args:
        path: of the file, as findings name it.
        findings: in it, in the order of their places.
        style: paints, or does not.
        width: columns to keep to.
    """
    yield style(safe(path), BOLD)
    places = [f"{finding.line}:{finding.column}" for finding in findings]
    widest = max(map(len, places))
    for place, finding in zip(places, findings, strict=True):
        label = f"{finding.severity}[{finding.code}]"
        indent = 2 + widest + 2 + cells(label) + 2
        lines = wrap(safe(finding.message), width - indent)
        start = f"  {place:>{widest}}  {style.severity(label, finding.severity)}  "
        yield start + style.code(lines[0])
        for line in lines[1:]:
            yield " " * indent + style.code(line)
        if finding.units:
            more = f" and {len(finding.units) - 1} more" if len(finding.units) > 1 else ""
            yield " " * indent + style(f"in {safe(finding.units[0])}{more}", DIM)
