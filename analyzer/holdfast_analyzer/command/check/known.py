"""`--baseline` and `--write-baseline`: findings that are known are no news, and those that are fixed are known no more."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from holdfast_analyzer.baseline import (
    DEFAULT_FILE,
    BadBaseline,
    Baseline,
    Entry,
    compare,
    covers,
    make_baseline,
    read_baseline,
    without,
    write_baseline,
)
from holdfast_analyzer.config import Settings, enabled_codes
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.render.style import count
from holdfast_analyzer.report import Report, Threshold

T = TypeVar("T")

MOST_SHOWN = 10
"""Stale entries that are listed."""


class BaselineInUse:
    """The baseline of one check.

    Attributes:
        file: where it lies, or will lie; None when the check has none.
        baseline: what it knows; None when there is none, or it is about to be written.
        stale: what it knows and the check, having looked, did not find.
    """

    def __init__(self, settings: Settings, file: Path | None, checked: Sequence[str], *, narrowed: bool) -> None:
        """Take where the baseline lies.

        Args:
            settings: of the check.
            file: of the baseline.
            checked: the paths that are checked.
            narrowed: whether the command line leaves out engines, so that a missing finding may be there all the same.
        """
        self._settings = settings
        self._narrowed = narrowed
        self.checked = checked
        self.file = file
        self.root = settings.root or os.getcwd()
        self.baseline: Baseline | None = None
        self.stale: tuple[Entry, ...] = ()

    def read(self) -> None:
        """Read the file.

        Raises:
            click.UsageError: it cannot be used.
        """
        if self.file is not None:
            self.baseline = _used(lambda: read_baseline(_named(self.file)))

    def applied(self, report: Report, source: SourceLines) -> Report:
        """Return a report in which the known findings are marked; keep what is stale."""
        if self.baseline is None:
            return report
        compared = compare(self.baseline, report.findings, root=self.root, line_of=source.line)
        if not report.errors and not self._narrowed and covers(self.baseline, self.checked, self.root):
            codes = enabled_codes(self._settings)
            self.stale = tuple(entry for entry in compared.stale if entry.code in codes)
        return msgspec.structs.replace(report, findings=compared.findings)

    def settle(self, *, strict: bool, may_write: bool) -> bool:
        """Tell what is stale, and take it out of the file unless that is for a person to see and commit.

        Args:
            strict: fail for it instead.
            may_write: whether the check saw files as they are on disk.

        Returns:
            Whether the check fails for it.
        """
        if not self.stale or self.baseline is None or self.file is None:
            return False
        number = sum(entry.count for entry in self.stale)
        shown = os.path.relpath(self.file)
        keep = strict or not may_write or _in_ci()
        fixed = f"{count(number, 'finding')} of `{shown}` {'is' if number == 1 else 'are'} fixed"
        if keep:
            click.echo(f"{fixed}; `holdfast check --write-baseline` takes what is fixed out of it", err=True)
        else:
            self.baseline = without(self.baseline, self.stale)
            _used(lambda: write_baseline(self.baseline or Baseline(), _named(self.file)))
            click.echo(f"{fixed} and no longer in it", err=True)
        for entry in self.stale[:MOST_SHOWN]:
            times = f" ({entry.count} times)" if entry.count > 1 else ""
            click.echo(f"  {entry.path}: {entry.code} {entry.symbol or entry.name}{times}", err=True)
        if len(self.stale) > MOST_SHOWN:
            click.echo(f"  and {len(self.stale) - MOST_SHOWN} more", err=True)
        return strict


def baseline_in_use(settings: Settings, options: Mapping[str, Any], checked: Sequence[str]) -> BaselineInUse:
    """Return the baseline that a check uses, read unless it is about to be written.

    Args:
        settings: the project's; its `baseline` holds when the command line names none.
        options: of the command.
        checked: the paths that are checked.

    Raises:
        click.UsageError: it cannot be used, or `--baseline-strict` has none to be strict about.
    """
    writing = options["write_baseline"] is not None
    named = (options["write_baseline"] or None) if writing else None
    named = named or options["baseline"]
    file: Path | None = None
    if named is not None:
        file = Path(named).absolute()
    elif settings.baseline is not None:
        file = Path(settings.root) / settings.baseline
    elif writing:
        file = Path(settings.root) / DEFAULT_FILE
    if options["no_baseline"]:
        file = None
    if options["baseline_strict"] and file is None:
        raise click.UsageError("`--baseline-strict` needs a baseline: name it with `--baseline`")
    if writing and file is not None and file.is_dir():
        raise click.UsageError(
            f"`--write-baseline` takes a file and `{named}` is a folder: name folders first, or `--write-baseline=FILE`"
        )
    found = BaselineInUse(settings, file, checked, narrowed=options["engines"] is not None)
    if not writing:
        found.read()
    return found


def record_baseline(report: Report, target: BaselineInUse, *, threshold: Threshold, source: SourceLines) -> None:
    """Write what a check found to its baseline, and say what has become of it.

    Args:
        report: of the check.
        target: where to write.
        threshold: tells the findings that would be shown: only they are kept.
        source: gives lines.

    Raises:
        click.UsageError: a file could not be read, the baseline that is there knows of paths that this check has not looked
            at, or the file cannot be written.
    """
    file = _named(target.file)
    shown = os.path.relpath(file)
    if report.errors:
        first = report.errors[0]
        place = f"{first.path}:{first.line}" if first.line else first.path
        raise click.UsageError(f"no baseline is written while files cannot be read: {place}: {first.message}")
    before = _used(lambda: read_baseline(file)) if file.exists() else Baseline(checked=())
    if not covers(before, target.checked, target.root):
        raise click.UsageError(
            f"`{shown}` knows of {', '.join(f'`{path}`' for path in before.checked)}: check all of it, or remove the file"
        )
    findings = [finding for finding in report.findings if threshold.shows(finding)]
    baseline = make_baseline(findings, root=target.root, checked=target.checked, line_of=source.line)
    compared = compare(before, findings, root=target.root, line_of=source.line)
    new = sum(not finding.baselined for finding in compared.findings)
    gone = sum(entry.count for entry in compared.stale)
    _used(lambda: write_baseline(baseline, file))
    click.echo(f"wrote {count(len(baseline), 'finding')} to `{shown}`: {new:,} new, {gone:,} gone")


def _named(file: Path | None) -> Path:
    if file is None:
        raise click.UsageError("there is no baseline: name it with `--baseline`")
    return file


def _used(work: Callable[[], T]) -> T:
    """Return what `work` does with a file; what is wrong with the file is for the user to mend."""
    try:
        return work()
    except BadBaseline as error:
        raise click.UsageError(str(error)) from error


def _in_ci() -> bool:
    """Return whether this runs in continuous integration: its hosts set `CI`."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")
