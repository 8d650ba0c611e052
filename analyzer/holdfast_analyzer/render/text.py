"""The formats for people: findings in full, one a line, or by file; then the summary."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from holdfast_analyzer.render.concise import render_line
from holdfast_analyzer.render.full import render_finding
from holdfast_analyzer.render.grouped import render_group
from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.render.statistics import render_statistics
from holdfast_analyzer.render.summary import render_summary
from holdfast_analyzer.report import Report
from holdfast_rules.rule import Finding


def full(report: Report, presentation: Presentation) -> str:
    """Return findings with their source and the chain of calls that leads there."""
    style, source, width = presentation.style, presentation.source, presentation.width

    def lines() -> Iterator[str]:
        for finding in _shown(report, presentation):
            yield from render_finding(finding, style=style, source=source, width=width)
            yield ""

    return _with_summary(lines(), report, presentation)


def concise(report: Report, presentation: Presentation) -> str:
    """Return one line a finding."""
    lines = (render_line(finding, style=presentation.style) for finding in _shown(report, presentation))
    return _with_summary(lines, report, presentation)


def grouped(report: Report, presentation: Presentation) -> str:
    """Return findings below the name of their file."""

    def lines() -> Iterator[str]:
        for path, group in groupby(_shown(report, presentation), key=lambda finding: finding.path):
            yield from render_group(path, list(group), style=presentation.style, width=presentation.width)
            yield ""

    return _with_summary(lines(), report, presentation)


def _shown(report: Report, presentation: Presentation) -> Iterator[Finding]:
    return filter(presentation.threshold.shows, report.findings)


def _with_summary(findings: Iterable[str], report: Report, presentation: Presentation) -> str:
    if presentation.statistics:
        lines = render_statistics(report, presentation.threshold, style=presentation.style)
    else:
        lines = list(findings)
    if not presentation.quiet:
        if lines and lines[-1]:
            lines.append("")
        lines += render_summary(report, presentation.threshold, style=presentation.style, asides=presentation.asides)
    elif lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line}\n" for line in lines)
