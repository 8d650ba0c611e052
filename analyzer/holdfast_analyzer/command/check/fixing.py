"""`--fix`, `--unsafe-fixes` and `--diff`: mends what can be mended, or shows how."""

import re
import sys
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any

import click

from holdfast_analyzer.command.check.known import BaselineInUse
from holdfast_analyzer.command.check.narrowing import within_changes
from holdfast_analyzer.command.options import analyzed, write_text
from holdfast_analyzer.config import Effective
from holdfast_analyzer.fix.rounds import Fixed, fixed, write
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.render.style import count, safe
from holdfast_analyzer.report import Report, Threshold
from holdfast_analyzer.source import SourceText

LINE = re.compile(r"[^\n]*\n|[^\n]+")


def fix_findings(
    paths: tuple[Path, ...],
    effective: Effective,
    options: Mapping[str, Any],
    threshold: Threshold,
    baseline: BaselineInUse,
) -> bool:
    """Fix what a check would report, in the files or, with `--diff`, as a diff on standard output.

    Args:
        paths: the files and folders to check.
        effective: the settings that hold.
        options: of the command.
        threshold: tells the findings that would be reported: only those are fixed.
        baseline: tells those that are no news.

    Returns:
        Whether anything was, or with `--diff` would be, changed.

    Raises:
        click.UsageError: a file cannot be written.
    """
    settings = effective.settings

    def check(given: Mapping[str, bytes]) -> Report:
        report = analyzed(paths, effective, quiet=options["quiet"], given=given, fixes=True)
        report = baseline.applied(report, SourceLines(given=given))
        # Later rounds go on with the findings that the first one chose.
        return report if given else within_changes(report, options["diff_base"], settings, threshold)[0]

    fixes = fixed(check, threshold.shows, with_unsafe=options["unsafe_fixes"])
    if options["diff"]:
        write_text("".join(_diff(path, fixes.before[path], fixes.after[path]) for path in sorted(fixes.after)))
    else:
        try:
            write(fixes)
        except OSError as error:
            raise click.UsageError(
                f"cannot write `{error.filename}`: {(error.strerror or str(error)).lower()}"
            ) from error
    for path, why in sorted(fixes.refused.items()):
        click.echo(safe(f"{path}: not fixed: {why}"), err=True)
    if not options["quiet"]:
        sys.stdout.flush()
        click.echo(_summary(fixes, options), err=True)
    return bool(fixes.after)


def _summary(fixes: Fixed, options: Mapping[str, Any]) -> str:
    said = "would fix" if options["diff"] else "fixed"
    first = f"{said} {count(fixes.count, 'finding')}"
    if fixes.after:
        first += f" in {count(len(fixes.after), 'file')}"
    if fixes.unsafe and not options["unsafe_fixes"]:
        first += f", {fixes.unsafe:,} fixable with `--unsafe-fixes`"
    return first


def _diff(path: str, before: bytes, after: bytes) -> str:
    """Return a unified diff of a file; paths as git writes them, so that `patch -p1` and `git apply` take it."""
    old, new = (LINE.findall(SourceText.from_bytes(path, data).text) for data in (before, after))
    lines = unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
