"""One folder of an editor's workspace: its settings, its baseline and its session."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from holdfast_analyzer.baseline import BadBaseline, compare, read_baseline
from holdfast_analyzer.config import ConfigError, Settings, effective_settings
from holdfast_analyzer.config.selection import named_codes
from holdfast_analyzer.discover import UnusablePath
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.report import FileError, Threshold
from holdfast_analyzer.session import Session
from holdfast_rules.fixes import Fix
from holdfast_rules.rule import Finding

PROJECT_MARKS = ("pyproject.toml", ".git")
"""What tells the root of a project for a file that no folder of the workspace holds."""


Site = tuple[str, str, int, int]
"""Code, absolute path, line and column of a finding."""


class Checked(Struct, frozen=True, kw_only=True):
    """What a check has to show.

    Attributes:
        findings: those that are shown, with absolute paths; chains as well.
        errors: what could not be checked, with absolute paths.
        notices: what the user is to be told besides.
        given: path → content of the buffers that were checked in place of files.
    """

    findings: tuple[Finding, ...] = ()
    errors: tuple[FileError, ...] = ()
    notices: tuple[str, ...] = ()
    given: Mapping[str, bytes] = {}


class Project:
    """A folder, or a file that belongs to none.

    Its settings are read anew for each check: that costs a millisecond, and no change of a file goes unnoticed.

    Args:
        path: absolute.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._session: Session | None = None
        self._found: dict[Site, Finding] = {}

    def check(self, given: Mapping[str, bytes], is_obsolete: Callable[[], bool]) -> Checked:
        """Check the project.

        Args:
            given: absolute path → content of the buffers that differ from the disk.
            is_obsolete: asked now and then; once it says yes the check is given up.

        Returns:
            What is to be shown. Settings that cannot be used are a notice, and those that held before hold on.

        Raises:
            Obsolete: the check was given up.
        """
        notices = []
        session = self._session
        try:
            settings = effective_settings([Path(self.path)]).settings
            if session is None or session.settings != settings:
                self.close()
                session = self._session = Session([self.path], settings)
        except ConfigError as error:
            notices.append(str(error))
        if session is None:
            return Checked(notices=tuple(notices))
        try:
            report = session.check(given, is_obsolete)
        except UnusablePath as error:
            return Checked(notices=(*notices, str(error)))
        findings = report.findings
        try:
            findings = _with_baseline(findings, session.settings, given)
        except BadBaseline as error:
            notices.append(str(error))
        self._found = {_site(finding): finding for finding in findings}
        threshold = Threshold(least=session.settings.min_severity, named=named_codes(session.settings))
        return Checked(
            findings=tuple(_absolute(finding) for finding in findings if threshold.shows(finding)),
            errors=tuple(msgspec.structs.replace(error, path=os.path.abspath(error.path)) for error in report.errors),
            notices=tuple(notices),
            given=given,
        )

    def fixes(self, findings: Sequence[Finding]) -> dict[Site, Fix]:
        """Return where there is a fix for those among some findings that the last check of this project has made."""
        if self._session is None:
            return {}
        own = [self._found[site] for site in map(_site, findings) if site in self._found]
        return {_site(found): found.fix for found in self._session.with_fixes(own) if found.fix is not None}

    def close(self) -> None:
        """Write what is known to the cache."""
        if self._session is not None:
            self._session.close()
            self._session = None


def project_folder(file: str) -> str:
    """Return the folder of the project that a file belongs to, or the file itself where nothing marks one."""
    for folder in Path(file).parents:
        if any((folder / mark).exists() for mark in PROJECT_MARKS):
            return str(folder)
    return file


def _with_baseline(
    findings: tuple[Finding, ...], settings: Settings, given: Mapping[str, bytes]
) -> tuple[Finding, ...]:
    if settings.baseline is None:
        return findings
    baseline = read_baseline(Path(settings.root) / settings.baseline)
    return compare(baseline, findings, root=settings.root, line_of=SourceLines(given=given).line).findings


def _site(finding: Finding) -> Site:
    return finding.code, os.path.abspath(finding.path), finding.line, finding.column


def _absolute(finding: Finding) -> Finding:
    chain = tuple(msgspec.structs.replace(frame, path=os.path.abspath(frame.path)) for frame in finding.chain)
    return msgspec.structs.replace(finding, path=os.path.abspath(finding.path), chain=chain)
