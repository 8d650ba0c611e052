"""The problems of the files that flake8 checks, found by one analysis of the project that they belong to."""

import logging
import os
from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
from flake8.discover_files import expand_paths
from flake8.exceptions import ExecutionError
from msgspec import Struct

from holdfast_analyzer.baseline import BadBaseline, compare, read_baseline
from holdfast_analyzer.config import ConfigError, Settings, effective_settings
from holdfast_analyzer.config.selection import named_codes
from holdfast_analyzer.discover import UnusablePath
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.report import Report, Threshold
from holdfast_rules.facts import Span
from holdfast_rules.registry import select
from holdfast_rules.rule import Finding
from holdfast_rules.suppressions import HOLDFAST

LOG = logging.getLogger("flake8.holdfast")
PROJECT_MARKS = ("pyproject.toml", ".git")
"""What tells the root of a project: without one only the files that flake8 checks are analysed, not the folder around them."""

Place = tuple[int, int, str]
"""Line from 1, column from 0, text."""


class Problems(Struct, frozen=True):
    """What there is to report.

    Attributes:
        files: canonical paths of the files that flake8 checks.
        by_file: canonical path → problems, in the order of their places.
    """

    files: frozenset[str]
    by_file: dict[str, list[Place]]

    def of(self, filename: str) -> Sequence[Place]:
        """Return the problems of a file, however flake8 names it."""
        return self.by_file.get(canonical(filename), ())


@lru_cache(maxsize=4096)
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def canonical(filename: str) -> str:
    """Return a path that names a file whatever the working directory, and whatever links lead to its folder."""
    folder, name = os.path.split(os.path.abspath(filename))
    return os.path.join(_real_folder(folder), name)


def analysed(options: Namespace, *, given: Mapping[str, bytes] | None = None, also: Iterable[str] = ()) -> Problems:
    """Analyse the project of the files that flake8 checks, and sort what is found by file.

    Args:
        options: flake8's.
        given: path → content of a file that flake8 has read from standard input.
        also: further files to check.

    Raises:
        flake8.exceptions.ExecutionError: the settings, the baseline or a path cannot be used.
    """
    files = [*_files_of(options), *(given or {}), *also]
    try:
        effective = effective_settings(files)
        settings = _with_selection(effective.settings, options)
        from holdfast_analyzer import api

        root = Path(settings.root)
        project = [settings.root] if any((root / mark).exists() for mark in PROJECT_MARKS) else []
        report = api.analyze([*project, *files], settings, given=given)
        report = _without_known(report, settings, given)
    except (ConfigError, BadBaseline, UnusablePath) as error:
        raise ExecutionError(f"holdfast: {error}") from error
    for unread in report.errors:
        LOG.warning("%s:%d: %s", unread.path, unread.line, unread.message)
    return _sorted(report, settings, options, frozenset(map(canonical, files)))


def _files_of(options: Namespace) -> list[str]:
    found = expand_paths(
        paths=options.filenames,
        stdin_display_name=options.stdin_display_name,
        filename_patterns=options.filename,
        exclude=(*options.exclude, *options.extend_exclude),
    )
    # What cannot be read is flake8's to report.
    return [file for file in found if file != "-" and os.path.isfile(file)]


def _with_selection(settings: Settings, options: Namespace) -> Settings:
    """Return settings in which what flake8 is told to select is on; what it is told to leave out it leaves out itself."""
    asked = [*(options.select or ()), *(options.extend_select or ())]
    on = []
    for selector in asked:
        if selector.startswith("DUR") and selector != "DUR":
            try:
                select((selector,))
            except ValueError:
                continue  # of no rule: flake8 takes any prefix
            on.append(selector)
    return msgspec.structs.replace(settings, extend_select=(*settings.extend_select, *on)) if on else settings


def _without_known(report: Report, settings: Settings, given: Mapping[str, bytes] | None) -> Report:
    if settings.baseline is None:
        return report
    baseline = read_baseline(Path(settings.root) / settings.baseline)
    line_of = SourceLines(given=given).line
    compared = compare(baseline, report.findings, root=settings.root, line_of=line_of)
    return msgspec.structs.replace(report, findings=compared.findings)


def _sorted(report: Report, settings: Settings, options: Namespace, files: frozenset[str]) -> Problems:
    threshold = Threshold(least=settings.min_severity, named=named_codes(settings))
    source = SourceLines()
    by_file: dict[str, set[Place]] = {}
    for finding in report.findings:
        if options.disable_noqa:
            finding = _without_noqa(finding, source)
        at = _place_among(files, finding) if threshold.shows(finding) else None
        if at is not None:
            elsewhere = at.path != finding.path or at.line != finding.line
            problem = (at.line, at.column - 1, _text(finding, elsewhere=elsewhere))
            by_file.setdefault(canonical(at.path), set()).add(problem)
    return Problems(files, {file: sorted(problems) for file, problems in by_file.items()})


def _without_noqa(finding: Finding, source: SourceLines) -> Finding:
    """Return a finding as it is where `# noqa` silences nothing."""
    silenced = finding.suppressed
    if silenced is None or HOLDFAST.search(source.line(silenced.path, silenced.line) or ""):
        return finding
    return msgspec.structs.replace(finding, suppressed=None)


def _place_among(files: frozenset[str], finding: Finding) -> Span | None:
    """Return where to report a finding: at the hazard, else at the last call of its chain in a file that is checked."""
    places = [(finding.path, finding.line, finding.column)]
    places += [(frame.path, frame.line, frame.column) for frame in reversed(finding.chain)]
    for path, line, column in places:
        if canonical(path) in files:
            return Span(path, line, column, line, column)
    return None


def _text(finding: Finding, *, elsewhere: bool) -> str:
    place = f" (at {finding.path}:{finding.line})" if elsewhere else ""
    advice = f"; {finding.help}" if finding.help else ""
    return " ".join(f"{finding.code} {finding.message}{place}{advice}".split())
