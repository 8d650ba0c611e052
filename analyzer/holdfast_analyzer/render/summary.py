"""The closing lines of a check: how much was found, how much was proved."""

from collections.abc import Sequence

from holdfast_analyzer.render.style import BOLD, GREEN, VERDICT_STYLE, Style, count, safe
from holdfast_analyzer.report import FileError, Report, Threshold, count_severities, count_verdicts


def render_summary(report: Report, threshold: Threshold, *, style: Style, asides: Sequence[str] = ()) -> list[str]:
    """Return the closing lines: findings by severity; workflows by verdict; files and time.

    Args:
        report: what the check found.
        threshold: tells the findings that were shown from those that were not.
        style: paints, or does not.
        asides: what else there is to say of the findings.
    """
    shown = [finding for finding in report.findings if threshold.shows(finding)]
    suppressed = sum(finding.suppressed is not None for finding in report.findings)
    known = sum(finding.baselined and finding.suppressed is None for finding in report.findings)
    hidden = len(report.findings) - len(shown) - suppressed - known
    found = [
        style.severity(count(number, severity), severity)
        for severity, number in count_severities(shown).items()
        if number
    ]
    first = f"found {_joined(found)}" if found else style("found nothing", BOLD, GREEN)
    further = []
    if hidden:
        further.append(f"{hidden:,} of lesser severity not shown")
    if suppressed:
        further.append(f"{suppressed:,} suppressed")
    if known:
        further.append(f"{known:,} in the baseline")
    further += asides
    if report.errors:
        further.append(f"{count(len(report.errors), 'error')} while reading")
    verdicts = [
        style(f"{number:,} {verdict}", *VERDICT_STYLE[verdict])
        for verdict, number in count_verdicts(report.units).items()
        if number
    ]
    units = count(len(report.units), "workflow") + (f": {', '.join(verdicts)}" if verdicts else "")
    return ["; ".join([first, *further]), f"{units}; {count(report.files, 'file')} in {report.seconds:.2f} s"]


def render_error(error: FileError) -> str:
    """Return a file's error as one line: `path:line: message`."""
    place = f"{error.path}:{error.line}" if error.line else error.path
    return safe(f"{place}: {error.message}")


def _joined(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
