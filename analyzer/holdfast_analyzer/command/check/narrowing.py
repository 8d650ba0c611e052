"""`--diff-base`: only the findings that have to do with what changed."""

import os

import click
import msgspec

from holdfast_analyzer.config.settings import Settings
from holdfast_analyzer.report import Report, Threshold


def within_changes(
    report: Report, revision: str | None, settings: Settings, threshold: Threshold
) -> tuple[Report, tuple[str, ...]]:
    """Return a report with the findings that touch lines changed since a revision, and what the summary says of others.

    Args:
        report: of a check.
        revision: as git understands it; None for all findings.
        settings: the project's.
        threshold: tells which findings would have been shown.

    Raises:
        click.UsageError: when git cannot tell what changed.
    """
    if revision is None:
        return report, ()
    from holdfast_analyzer.git import GitFailed, changes_since
    from holdfast_analyzer.touched import Touched

    try:
        changes = changes_since(settings.root or os.getcwd(), revision)
    except GitFailed as error:
        raise click.UsageError(f"`--diff-base`: {error}") from error
    kept = Touched(changes).among(report.findings)
    shown, left = (sum(map(threshold.shows, findings)) for findings in (report.findings, kept))
    asides = (f"{shown - left:,} outside of what changed since `{revision}`",) if shown > left else ()
    return msgspec.structs.replace(report, findings=kept), asides
