"""Small programs, and what a check finds in them.

Each folder under `cases/<topic>/` is a program of a few modules. Two things are held against each check:

- the marks in the program: a line with a finding ends in `# finds DUR101`, and no other line may have one. They say what is
  true of the program; nothing rewrites them;
- `expected.txt`: every finding with its severity and its chain, and every unit with its verdict. `HOLDFAST_UPDATE=1 pytest
  tests/analyzer/programs` rewrites it; read the difference before you commit it.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

from holdfast_analyzer import check_paths
from holdfast_analyzer.report import Report
from holdfast_rules.facts import Verdict
from holdfast_rules.rule import Finding

CASES = Path(__file__).parent / "cases"
EXPECTED = "expected.txt"
MARK = re.compile(r"# finds ((?:DUR\d{3} ?)+)$")


def programs() -> list[object]:
    folders = sorted(path.parent for path in CASES.rglob(EXPECTED)) if not updating() else every_folder()
    return [pytest.param(folder, id=str(folder.relative_to(CASES))) for folder in folders]


def every_folder() -> list[Path]:
    """Return all programs, those that have no expectations yet included."""
    return sorted(folder for topic in CASES.iterdir() for folder in topic.iterdir() if any(folder.rglob("*.py")))


def updating() -> bool:
    return os.environ.get("HOLDFAST_UPDATE", "") not in ("", "0")


def marks(folder: Path) -> list[tuple[str, int, str]]:
    """Return what the comments of a program promise: path, line and code of each finding."""
    found = []
    for path in folder.rglob("*.py"):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            match = MARK.search(line)
            for code in match[1].split() if match else ():
                found.append((path.relative_to(folder).as_posix(), number, code))
    return sorted(found)


def chain_of(finding: Finding) -> str:
    return " → ".join(f"{frame.path}:{frame.line} {frame.calls or frame.function}" for frame in finding.chain)


def readable(report: Report) -> str:
    """Return a report as `expected.txt` shows it."""
    lines: list[str] = []
    for finding in report.findings:
        lines += [
            f"{finding.code} {finding.severity} {finding.path}:{finding.line} {finding.symbol}"
            + (" (silenced)" if finding.suppressed is not None else ""),
            f"    {chain_of(finding)}",
        ]
    if lines:
        lines.append("")
    for unit in report.units:
        lines.append(f"{unit.id} ({unit.engine}): {unit.verdict}, {unit.resolved}/{unit.calls} calls resolved")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("folder", programs())
def test_a_program_has_exactly_the_findings_that_it_should(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A copy, so that the settings of this repository do not apply.
    shutil.copytree(folder, tmp_path / "program", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path / "program")
    report = check_paths(["."], cache_dir=None, jobs=1)
    shown = readable(report)
    assert report.errors == ()
    assert report.units, "the program holds no workflow"
    promised = marks(folder)
    assert sorted((f.path, f.line, f.code) for f in report.findings if f.suppressed is None) == promised, shown
    unknown = {unit.id for unit in report.units if unit.verdict is Verdict.UNKNOWN}
    assert not unknown or "DUR901" in {code for _, _, code in promised}, shown
    if updating():
        (folder / EXPECTED).write_text(shown)
    assert shown == (folder / EXPECTED).read_text()


def test_every_program_has_expectations() -> None:
    without = [str(folder.relative_to(CASES)) for folder in every_folder() if not (folder / EXPECTED).is_file()]
    assert without == []
