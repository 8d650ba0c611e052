"""A code quality report of GitLab: the part of the Code Climate specification that it reads, and what is in it besides.

The fields: "Code Quality" of GitLab's documentation, section "Code Quality report format".
"""

from typing import Any

import msgspec

from holdfast_analyzer.render.explained import step_at, steps_of
from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.report import Report
from holdfast_rules.rule import Finding, Severity

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render_gitlab(report: Report, presentation: Presentation) -> str:
    """Return a JSON list of the findings that are shown; paths are relative to the checkout's root."""
    issues = [_issue(found, presentation) for found in filter(presentation.threshold.shows, report.findings)]
    return msgspec.json.format(msgspec.json.encode(issues), indent=2).decode() + "\n"


def _issue(finding: Finding, presentation: Presentation) -> dict[str, Any]:
    shown = presentation.in_checkout
    advice = f"; {finding.help}" if finding.help else ""
    return {
        "type": "issue",
        "check_name": f"{finding.code} {finding.name}",
        "description": f"{finding.message}{advice}",
        "content": {"body": "\n".join(f"- {step}" for step in steps_of(finding, shown))},
        "categories": ["Bug Risk"],
        "severity": SEVERITIES[finding.severity],
        "fingerprint": finding.fingerprint,
        "location": {
            "path": shown(finding.path),
            "positions": {
                "begin": {"line": finding.line, "column": finding.column},
                "end": {"line": max(finding.end_line, finding.line), "column": finding.end_column},
            },
        },
        "other_locations": [
            {
                "path": shown(frame.path),
                "lines": {"begin": frame.line, "end": frame.line},
                "description": step_at(finding, number),
            }
            for number, frame in enumerate(finding.chain[:-1])
        ],
    }
