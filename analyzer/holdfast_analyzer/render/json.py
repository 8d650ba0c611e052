"""The report as JSON, whose form is stable from version 1 on."""

import msgspec

from holdfast_analyzer.report import Report, Threshold


def render_json(report: Report, threshold: Threshold) -> bytes:
    """Return the report as indented JSON with a line end.

    Args:
        report: what the check found. Suppressed findings are in it, and marked.
        threshold: what to leave out for its severity.
    """
    kept = tuple(finding for finding in report.findings if threshold.keeps(finding))
    rounded = msgspec.structs.replace(report, findings=kept, seconds=round(report.seconds, 3))
    return msgspec.json.format(msgspec.json.encode(rounded), indent=2) + b"\n"
