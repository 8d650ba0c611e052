"""Findings as diagnostics: chains as related information, a link to the rule's page."""

import os
from pathlib import Path

from lsprotocol import types
from pygls import uris

from holdfast_analyzer.cache.blobs import write_whole
from holdfast_analyzer.language_server.positions import Positions
from holdfast_analyzer.render.explained import step_at
from holdfast_analyzer.render.rule_page import page_name, rule_page
from holdfast_analyzer.report import FileError
from holdfast_rules.registry import rule
from holdfast_rules.rule import Finding, Severity

SOURCE = "holdfast"
SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
SUPERFLUOUS = frozenset({"unused-suppression"})
"""Rules whose findings are about text that could go; editors fade it."""


class RulePages:
    """The pages of rules as files that an editor can open: there need be no network, and they are of this very version.

    Args:
        folder: where they lie; made when the first page is written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[str, str] = {}

    def uri(self, code: str) -> str | None:
        """Return the URI of a rule's page; None when it cannot be written."""
        if code not in self._written:
            found = rule(code)
            path = self._folder / page_name(found)
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                write_whole(path, [rule_page(found).encode()])
            except OSError:
                # The link is a convenience: the hover shows the same page.
                return None
            self._written[code] = uris.from_fs_path(str(path.absolute())) or ""
        return self._written[code] or None


def diagnostic_of(finding: Finding, positions: Positions, pages: RulePages) -> types.Diagnostic:
    """Return a finding as a diagnostic.

    Args:
        finding: where its chain leads to is the diagnostic's place.
        positions: turns columns into the client's.
        pages: the rules' pages, to link to.
    """
    page = pages.uri(finding.code)
    frames = finding.chain[:-1]
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(uri_of(frame.path), _point(positions.position(frame.path, frame.line, frame.column))),
            step_at(finding, number),
        )
        for number, frame in enumerate(frames)
    ]
    return types.Diagnostic(
        range=positions.range(
            finding.path,
            finding.line,
            finding.column,
            max(finding.end_line, finding.line),
            finding.end_column,
        ),
        message=f"{finding.message}\n{finding.help}" if finding.help else finding.message,
        severity=SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(page) if page is not None else None,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.name in SUPERFLUOUS else None,
        related_information=related or None,
        data={"fingerprint": finding.fingerprint},
    )


def diagnostic_of_error(error: FileError, positions: Positions) -> types.Diagnostic:
    """Return what kept a file, or a part of it, from being checked as a diagnostic."""
    return types.Diagnostic(
        range=positions.whole_line(error.path, max(error.line, 1)),
        message=error.message,
        severity=types.DiagnosticSeverity.Error,
        source=SOURCE,
    )


def uri_of(path: str) -> str:
    """Return the URI of a file."""
    return uris.from_fs_path(os.path.abspath(path)) or ""


def _point(position: types.Position) -> types.Range:
    return types.Range(position, position)
