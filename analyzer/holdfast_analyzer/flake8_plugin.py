"""The flake8 plugin: the findings of the workflows of each file, where flake8 shows them.

A workflow's hazard may lie in another file. flake8 reports on the file at hand only, so the finding then stands where the
chain of calls leaves this file, and says where the hazard is.
"""

import ast
import os
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from holdfast_analyzer.config import Settings, effective_settings
from holdfast_analyzer.config.selection import named_codes
from holdfast_analyzer.report import Report, Threshold
from holdfast_rules.facts import Span
from holdfast_rules.rule import Finding

UNUSED_SUPPRESSION = "DUR902"
"""Not reported here: one file alone does not show whether a comment in it serves a workflow of another file."""

Problem = tuple[int, int, str, type[Any]]
"""As flake8 takes it: line from 1, column from 0, text that begins with the code, and the plugin."""


class Plugin:
    """Entry point `DUR` of flake8."""

    name: ClassVar[str] = "holdfast"
    version: ClassVar[str] = version("holdfast")

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        """Take what flake8 knows of a file: its tree (which makes flake8 call once a file), name and lines."""
        self._filename = filename
        self._lines = lines

    def run(self) -> Iterator[Problem]:
        """Yield the problems of the file, in the order of their places.

        Raises:
            ConfigError: when `[tool.holdfast]` cannot be used.
        """
        file = Path(self._filename)
        on_disk = file.is_file()
        settings = effective_settings([file] if on_disk else []).settings
        threshold = Threshold(least=settings.min_severity, named=named_codes(settings))
        report = self._analyze(file if on_disk else None, settings)
        shown = os.path.relpath(file) if on_disk else self._filename
        problems = set()
        for finding in report.findings:
            at = _place_in(shown, finding)
            if at is not None and self._reports(finding, threshold):
                problems.add(
                    (
                        at.line,
                        at.column - 1,
                        _text(finding, elsewhere=at.path != finding.path or at.line != finding.line),
                    )
                )
        for line, column, text in sorted(problems):
            yield line, column, text, type(self)

    def _analyze(self, file: Path | None, settings: Settings) -> Report:
        from holdfast_analyzer import api

        if file is None:  # flake8 reads standard input
            return api.check_source("".join(self._lines), path=self._filename)
        # flake8 runs one process a core already.
        return api.analyze([file], msgspec.structs.replace(settings, jobs=1))

    def _reports(self, finding: Finding, threshold: Threshold) -> bool:
        """Return whether to hand a finding to flake8. What a `# noqa` silences is flake8's to silence (`--disable-noqa`)."""
        if finding.code == UNUSED_SUPPRESSION:
            return False
        silenced = finding.suppressed
        if silenced is not None:
            line = self._lines[silenced.line - 1] if 0 < silenced.line <= len(self._lines) else ""
            if "noqa" not in line.lower():
                return False
        return threshold.shows(msgspec.structs.replace(finding, suppressed=None))


def _place_in(path: str, finding: Finding) -> Span | None:
    """Return where a file has to do with a finding: at the hazard itself, else at the last call of the chain in the file."""
    places = [(finding.path, finding.line, finding.column)]
    places += [(frame.path, frame.line, frame.column) for frame in reversed(finding.chain)]
    for place, line, column in places:
        if os.path.normpath(place) == os.path.normpath(path):
            return Span(place, line, column, line, column)
    return None


def _text(finding: Finding, *, elsewhere: bool) -> str:
    place = f" (at {finding.path}:{finding.line})" if elsewhere else ""
    advice = f"; {finding.help}" if finding.help else ""
    return " ".join(f"{finding.code} {finding.message}{place}{advice}".split())
