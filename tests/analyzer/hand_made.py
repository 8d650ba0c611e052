"""Reports made by hand, for tests of what shows them."""

from holdfast_analyzer.report import FileError, Report, UnitVerdict
from holdfast_rules.facts import Frame, Verdict
from holdfast_rules.rule import Finding, Severity


def frame(path: str, line: int, function: str, calls: str = "", column: int = 5) -> Frame:
    """One link of a chain."""
    return Frame(path, line, column, function, calls)


def finding(**changes: object) -> Finding:
    """A clock read at line 2, column 12 of clock.py, unless told otherwise."""
    given: dict[str, object] = {
        "code": "DUR101",
        "name": "wall-clock",
        "severity": Severity.ERROR,
        "message": "`time.time` reads the wall clock; a replay gets another value",
        "help": "use `holdfast.now()`",
        "path": "clock.py",
        "line": 2,
        "column": 12,
        "end_line": 2,
        "end_column": 23,
        "symbol": "time.time",
        "units": ("orders:fulfil",),
        "engine": "holdfast",
        "chain": (),
        "fix": None,
        "suppressed": None,
        "fingerprint": "0123456789abcdef",
    }
    return Finding(**{**given, **changes})  # type: ignore[arg-type]


def unit(**changes: object) -> UnitVerdict:
    """A workflow `orders:fulfil` with a finding, unless told otherwise."""
    given: dict[str, object] = {
        "id": "orders:fulfil",
        "engine": "holdfast",
        "path": "orders.py",
        "line": 2,
        "verdict": Verdict.VIOLATED,
        "calls": 4,
        "resolved": 3,
    }
    return UnitVerdict(**{**given, **changes})  # type: ignore[arg-type]


def report(*findings: Finding, units: tuple[UnitVerdict, ...] = (), errors: tuple[FileError, ...] = ()) -> Report:
    """A report over seven files."""
    return Report(findings=findings, units=units, errors=errors, files=7, seconds=0.12345)
