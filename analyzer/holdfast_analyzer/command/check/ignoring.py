"""`--add-ignore`: silences what a check found, by comments in the files."""

import os
from collections.abc import Iterable
from pathlib import Path

import click

from holdfast_analyzer.cache.blobs import write_whole
from holdfast_analyzer.config.settings import Settings
from holdfast_analyzer.ignore_comments import CannotIgnore, check_reason, with_ignores
from holdfast_analyzer.render.style import count, safe
from holdfast_analyzer.report import Report, Threshold
from holdfast_rules.registry import rule
from holdfast_rules.rule import Finding


def add_ignores(report: Report, threshold: Threshold, reason: str, settings: Settings) -> None:
    """Write a comment for each finding that is shown, and say where; end with 1 if some could not be written.

    Args:
        report: of the check.
        threshold: tells which findings are shown.
        reason: stands in the comments.
        settings: files outside of the project's folder are left as they are.

    Raises:
        click.UsageError: the reason cannot stand in a comment.
    """
    try:
        reason = check_reason(reason)
    except CannotIgnore as error:
        raise click.UsageError(f"`--add-ignore`: {error}") from error
    shown = [found for found in report.findings if threshold.shows(found)]
    written = files = failed = 0
    for path, codes_at in _by_file(shown).items():
        try:
            number = _rewrite(path, codes_at, reason, settings)
        except CannotIgnore as error:
            failed += 1
            click.echo(safe(f"{path}: {error}"), err=True)
            continue
        written += number
        files += bool(number)
    click.echo(f"added {count(written, 'comment')} to {count(files, 'file')}")
    if failed:
        click.get_current_context().exit(1)


def _by_file(findings: Iterable[Finding]) -> dict[str, dict[int, set[str]]]:
    """Return path → line → codes. What is said of comments is no finding that a comment silences."""
    found: dict[str, dict[int, set[str]]] = {}
    for finding in findings:
        if rule(finding.code).check_suppressions is None:
            found.setdefault(finding.path, {}).setdefault(finding.line, set()).add(finding.code)
    return found


def _rewrite(path: str, codes_at: dict[int, set[str]], reason: str, settings: Settings) -> int:
    file = Path(path)
    root = Path(settings.root or os.getcwd()).resolve()
    if not file.resolve().is_relative_to(root):
        raise CannotIgnore("lies outside of the project; its files are left as they are")
    try:
        commented = with_ignores(path, file.read_bytes(), codes_at, reason)
        if commented.lines:
            mode = file.stat().st_mode
            target = file.resolve()  # a link stays one
            write_whole(target, [commented.data])
            os.chmod(target, mode)
    except OSError as error:
        raise CannotIgnore((error.strerror or str(error)).lower()) from error
    for line, codes in commented.lines.items():
        click.echo(safe(f"{path}:{line}: ignore[{', '.join(codes)}] {reason}"))
    return len(commented.lines)
