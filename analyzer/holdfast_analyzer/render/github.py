"""Annotations of GitHub Actions: workflow commands that its runner reads from standard output.

The form and what must be escaped: "Workflow commands for GitHub Actions" of GitHub's documentation; the runner undoes it in
`ActionCommand`.
"""

from collections.abc import Iterator

from holdfast_analyzer.render.explained import steps_of
from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.render.style import safe
from holdfast_analyzer.report import Report
from holdfast_rules.rule import Finding, Severity

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(report: Report, presentation: Presentation) -> str:
    """Return one annotation a line: each finding that is shown, and each file that could not be read as a warning."""
    lines = [_annotation(found, presentation) for found in filter(presentation.threshold.shows, report.findings)]
    for error in report.errors:
        properties = {"file": presentation.in_checkout(error.path), "title": "holdfast: not checked"}
        if error.line:
            properties["line"] = str(error.line)
        lines.append(_command("warning", properties, safe(error.message)))
    return "".join(f"{line}\n" for line in lines)


def _annotation(finding: Finding, presentation: Presentation) -> str:
    properties = {"file": presentation.in_checkout(finding.path), "line": str(finding.line)}
    if finding.end_line > finding.line:
        properties["endLine"] = str(finding.end_line)  # columns are only for an annotation of one line
    else:
        properties |= {"col": str(finding.column), "endColumn": str(max(finding.end_column, finding.column))}
    properties["title"] = f"{finding.code} {finding.name}"
    return _command(COMMANDS[finding.severity], properties, "\n".join(_text(finding, presentation)))


def _text(finding: Finding, presentation: Presentation) -> Iterator[str]:
    yield safe(finding.message)
    yield from (safe(step) for step in steps_of(finding, presentation.in_checkout))
    if finding.help:
        yield f"help: {safe(finding.help)}"


def _command(name: str, properties: dict[str, str], text: str) -> str:
    given = ",".join(f"{key}={_escaped_property(value)}" for key, value in properties.items())
    return f"::{name} {given}::{_escaped(text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
