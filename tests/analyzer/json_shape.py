"""The shape of `holdfast check --output-format json`, as consumers rely on it: any other key or type is an error."""

from typing import Any, Literal

import msgspec


class Shape(msgspec.Struct, forbid_unknown_fields=True):
    """An object with these keys and no others."""


class Frame(Shape):
    """One step of the chain from the workflow to the hazard."""

    path: str
    line: int
    column: int
    function: str
    calls: str


class Suppressed(Shape):
    """The comment that silences a finding."""

    path: str
    line: int
    reason: str


class Finding(Shape):
    """One entry of `findings`."""

    code: str
    name: str
    severity: Literal["error", "warning", "note"]
    message: str
    help: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    symbol: str
    units: list[str]
    engine: str
    chain: list[Frame]
    fix: dict[str, Any] | None
    suppressed: Suppressed | None
    fingerprint: str
    baselined: bool


class UnitVerdict(Shape):
    """One entry of `units`."""

    id: str
    engine: str
    path: str
    line: int
    verdict: Literal["proved", "violated", "unknown"]
    calls: int
    resolved: int


class FileError(Shape):
    """One entry of `errors`."""

    path: str
    line: int
    message: str


class Document(Shape):
    """All of standard output."""

    version: Literal[1]
    findings: list[Finding]
    units: list[UnitVerdict]
    errors: list[FileError]
    files: int
    seconds: float

    def hazards(self) -> list[tuple[str, int, str]]:
        """Path, line and code of each finding that is neither a note nor silenced."""
        shown = [found for found in self.findings if found.severity != "note" and found.suppressed is None]
        return [(found.path, found.line, found.code) for found in shown]

    def complaints(self) -> list[tuple[str, int, str]]:
        """Path, line and message of each error entry."""
        return [(error.path, error.line, error.message) for error in self.errors]


def read_document(text: str) -> Document:
    """Read what a check wrote.

    Raises:
        msgspec.ValidationError: it has another shape.
    """
    return msgspec.json.decode(text, type=Document)
