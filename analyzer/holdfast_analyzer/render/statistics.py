"""How often each rule was broken."""

from collections import Counter

from holdfast_analyzer.render.style import Style
from holdfast_analyzer.report import Report, Threshold
from holdfast_rules.rule import Finding


def render_statistics(report: Report, threshold: Threshold, *, style: Style) -> list[str]:
    """Return one line for each rule that was broken: count, code, name; the most frequent first.

    Args:
        report: what the check found.
        threshold: which findings count.
        style: paints, or does not.
    """
    counts: Counter[str] = Counter()
    examples: dict[str, Finding] = {}
    for finding in filter(threshold.shows, report.findings):
        counts[finding.code] += 1
        examples.setdefault(finding.code, finding)
    width = max((len(str(number)) for number in counts.values()), default=0)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        f"{number:>{width}}  {style.severity(code, examples[code].severity)}  {examples[code].name}"
        for code, number in ordered
    ]
