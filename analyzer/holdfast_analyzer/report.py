"""What a check found: plain data, and the stable JSON of `--output-format json`."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from holdfast_rules.facts import Verdict
from holdfast_rules.rule import Finding, Severity

FORMAT_VERSION = 1
"""Rises when a consumer of the JSON would have to change; new keys do not count."""


class UnitVerdict(Struct, frozen=True, kw_only=True):
    """A workflow, and what the check can say of it.

    Attributes:
        id: `pkg.module:qualname`.
        engine: short name of the engine.
        path: relative to the working directory, with slashes.
        line: of its definition, from 1.
        verdict: `proved`, `violated` or `unknown`.
        calls: how many calls stand in its workflow code.
        resolved: how many of them were resolved.
    """

    id: str
    engine: str
    path: str
    line: int
    verdict: Verdict
    calls: int
    resolved: int


class FileError(Struct, frozen=True, kw_only=True):
    """A file, or a part of the work, that could not be checked; everything else was.

    Attributes:
        path: relative to the working directory, with slashes; or the cache's.
        line: from 1, or 0 where no line is to blame.
        message: lowercase, without a full stop.
    """

    path: str
    line: int
    message: str


class Report(Struct, frozen=True, kw_only=True):
    """The result of one check.

    Attributes:
        version: of this format.
        findings: in the order of path, line, column and code; suppressed ones are marked, not left out.
        units: every workflow, in the order of path and line.
        errors: what could not be checked.
        files: how many files were read.
        seconds: how long the check took.
    """

    version: int = FORMAT_VERSION
    findings: tuple[Finding, ...] = ()
    units: tuple[UnitVerdict, ...] = ()
    errors: tuple[FileError, ...] = ()
    files: int = 0
    seconds: float = 0.0


class Threshold(Struct, frozen=True, kw_only=True):
    """Which findings are shown and which make the check fail.

    Attributes:
        least: the least severity to show; None for warnings and up.
        fail_on: the least severity to fail on; None for whatever is shown.
        never_fails: no finding makes the check fail.
        named: codes that the user asked for by name: shown whatever their severity, unless `least` is given.
    """

    least: Severity | None = None
    fail_on: Severity | None = None
    never_fails: bool = False
    named: frozenset[str] = frozenset()

    def shows(self, finding: Finding) -> bool:
        """Return whether text output shows a finding: one that is neither silenced nor in the baseline."""
        if finding.suppressed is not None or finding.baselined:
            return False
        if self.least is not None:
            return finding.severity.rank >= self.least.rank
        return finding.severity is not Severity.NOTE or finding.code in self.named

    def fails(self, finding: Finding) -> bool:
        """Return whether a finding makes the exit status 1."""
        if self.never_fails or finding.suppressed is not None or finding.baselined:
            return False
        return self.shows(finding) if self.fail_on is None else finding.severity.rank >= self.fail_on.rank

    def keeps(self, finding: Finding) -> bool:
        """Return whether JSON holds a finding: all, also the suppressed, down to `least`."""
        return self.least is None or finding.severity.rank >= self.least.rank


def count_severities(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Return how many findings there are of each severity, errors first."""
    counts = Counter(finding.severity for finding in findings)
    return {severity: counts[severity] for severity in Severity}


def count_verdicts(units: Iterable[UnitVerdict]) -> dict[Verdict, int]:
    """Return how many units there are of each verdict: proved, violated, unknown."""
    counts = Counter(unit.verdict for unit in units)
    return {verdict: counts[verdict] for verdict in Verdict}
