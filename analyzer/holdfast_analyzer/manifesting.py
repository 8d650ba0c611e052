"""The manifest of a check: `holdfast check --write-manifest`."""

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version

from holdfast_analyzer.fingerprints import UnitFingerprints
from holdfast_analyzer.report import Report
from holdfast_rules.facts import UnitFacts, Verdict
from holdfast_rules.manifest import Manifest, ManifestUnit
from holdfast_rules.rule import Severity
from holdfast_rules.skeleton import as_text


def manifest_of(
    report: Report, facts: Sequence[UnitFacts], fingerprints: UnitFingerprints, rooted: Callable[[str], str]
) -> Manifest:
    """Return the manifest of a check.

    Args:
        report: of the check.
        facts: of its units, with skeletons.
        fingerprints: of them.
        rooted: path of a file as findings name it → relative to the project's root.
    """
    verdicts = {(unit.path, unit.line, unit.id, unit.engine): unit.verdict for unit in report.units}
    units = []
    for found in facts:
        unit = found.unit
        fingerprint = fingerprints.of(unit)
        units.append(
            ManifestUnit(
                id=unit.id,
                path=rooted(unit.path),
                name=found.name,
                engine=unit.engine,
                version=found.version,
                fingerprint=fingerprint.digest if fingerprint is not None else "",
                verdict=verdicts.get((unit.path, unit.line, unit.id, unit.engine), Verdict.UNKNOWN).value,
                codes=tuple(sorted(_codes_against(unit.id, report))),
                skeleton=as_text(found.skeleton),
                code=fingerprint.parts if fingerprint is not None else {},
            )
        )
    units.sort(key=lambda unit: (unit.id, unit.path, unit.engine))
    return Manifest(holdfast=version("holdfast"), packages=_packages(units), units=tuple(units))


def _codes_against(id: str, report: Report) -> set[str]:
    return {
        finding.code
        for finding in report.findings
        if id in finding.units and finding.suppressed is None and finding.severity is not Severity.NOTE
    }


def _packages(units: Iterable[ManifestUnit]) -> tuple[str, ...]:
    return tuple(sorted({name.partition(":")[0].partition(".")[0] for unit in units for name in unit.code}))
