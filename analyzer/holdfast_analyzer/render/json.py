"""The report as JSON, whose form is stable from version 1 on: one document, or one object a line."""

from collections.abc import Iterator
from typing import Any

import msgspec

from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.report import Report


def render_json(report: Report, presentation: Presentation) -> str:
    """Return the report as one indented document.

    Suppressed findings and those of the baseline are in it, and marked; the threshold leaves out what is below
    `--min-severity`.
    """
    kept = tuple(filter(presentation.threshold.keeps, report.findings))
    rounded = msgspec.structs.replace(report, findings=kept, seconds=round(report.seconds, 3))
    return msgspec.json.format(msgspec.json.encode(rounded), indent=2).decode() + "\n"


def render_jsonl(report: Report, presentation: Presentation) -> str:
    """Return one object a line, each with its `kind`: `finding`, `unit`, `error`, and at the end one `summary`."""
    return "".join(msgspec.json.encode(line).decode() + "\n" for line in _lines(report, presentation))


def _lines(report: Report, presentation: Presentation) -> Iterator[dict[str, Any]]:
    for kind, items in (
        ("finding", filter(presentation.threshold.keeps, report.findings)),
        ("unit", report.units),
        ("error", report.errors),
    ):
        for item in items:
            yield {"kind": kind, **msgspec.structs.asdict(item)}
    yield {
        "kind": "summary",
        "version": report.version,
        "shown": sum(map(presentation.threshold.shows, report.findings)),
        "failing": sum(map(presentation.threshold.fails, report.findings)),
        "units": len(report.units),
        "files": report.files,
        "seconds": round(report.seconds, 3),
    }
