"""`holdfast verify`: what analysis proves and what run time sees of the same workflows, in one table.

The analyzer is run as a process of its own, `holdfast check --output-format json`: this room belongs to the runtime, and
the two halves know each other by their commands only.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from msgspec import Struct

from holdfast.command.tables import print_json, print_table, table
from holdfast.testing.verifying import NOT_RUN, REPLAYS, VIOLATED, Dynamic, Seen, verdicts

CLEAN: Final = 0
FINDINGS: Final = 1
FAILED: Final = 2

AGREE: Final = "agree"
GAP: Final = "analyzer gap"
NOT_REPRODUCED: Final = "not reproduced"
UNTRIED: Final = "not tried"

_PASSED_ON: Final = frozenset({"DUR501", "DUR502"})
"""What becomes of a value: run time names it where it does not see whose value it is, analysis names the value, too."""
_DRAWN: Final = 10


class Static(Struct):
    """A unit as the analyzer prints it, with the findings that name it."""

    id: str
    engine: str
    path: str
    line: int
    verdict: str
    codes: tuple[str, ...] = ()

    @property
    def qualname(self) -> str:
        """The function's qualified name."""
        return self.id.partition(":")[2]


class _Finding(Struct):
    code: str
    units: tuple[str, ...]


class _Checked(Struct):
    findings: tuple[_Finding, ...]
    units: tuple[Static, ...]
    errors: tuple[Any, ...] = ()


class Unit(Struct, frozen=True):
    """One line of the table.

    Attributes:
        static: what analysis says.
        dynamic: what run time says; None when that was not asked.
        reason: why not.
        agreement: `agree`, `analyzer gap`, `not reproduced` or `not tried`.
        gaps: hazards that run time hit and analysis missed.
        not_reproduced: codes that analysis found and run time did not see.
    """

    static: Static
    dynamic: Dynamic | None
    reason: str
    agreement: str
    gaps: tuple[Seen, ...] = ()
    not_reproduced: tuple[str, ...] = ()


@click.command(short_help="compare what analysis proves with what run time sees")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--run-steps", is_flag=True, help="Run steps as they are; else their results are drawn from annotations.")
@click.option(
    "--drawn",
    type=click.IntRange(min=1),
    default=_DRAWN,
    show_default=True,
    metavar="N",
    help="Arguments that are drawn for a workflow without `examples=`.",
)
@click.option(
    "--output-format", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to print."
)
def verify(paths: tuple[Path, ...], run_steps: bool, drawn: int, output_format: str) -> int:
    """Check the workflows in PATHS (the current folder by default), run each under the guard, let it crash and replay it
    in shifted worlds, and compare the two verdicts.

    Exit status: 0 when nothing was found and the verdicts agree, 1 when something was, 2 on a usage or internal error.
    """
    checked = _check(paths or (Path(),))
    own = [unit for unit in checked.units if unit.engine == "holdfast"]
    files = sorted({Path(unit.path) for unit in own})
    found = {(each.path, each.qualname): each for each in verdicts(files, drawn, not run_steps)}
    units = [_unit(static, found) for static in checked.units]
    if output_format == "json":
        print_json({"version": 1, "units": [_plain(unit) for unit in units], "errors": checked.errors})
    else:
        _print(units)
    if checked.errors:
        return FAILED
    clean = all(unit.static.verdict != VIOLATED and unit.agreement in (AGREE, UNTRIED) for unit in units)
    failed = any(unit.dynamic is not None and unit.dynamic.verdict == VIOLATED for unit in units)
    return CLEAN if clean and not failed else FINDINGS


def _check(paths: Sequence[Path]) -> _Checked:
    """Run `holdfast check` and read what it prints."""
    command = [sys.executable, "-m", "holdfast", "check", "--output-format", "json", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, check=False)
    try:
        checked = msgspec.json.decode(done.stdout, type=_Checked)
    except msgspec.DecodeError:
        raise click.ClickException(f"`holdfast check` failed: {done.stderr.decode(errors='replace').strip()}") from None
    for unit in checked.units:
        unit.codes = tuple(sorted({each.code for each in checked.findings if unit.id in each.units}))
    return checked


def _unit(static: Static, found: dict[tuple[str, str], Dynamic]) -> Unit:
    if static.engine != "holdfast":
        return Unit(static, None, f"engine: {static.engine}", UNTRIED)
    path = str(Path(static.path).resolve())
    dynamic = found.get((path, static.qualname)) or found.get((path, ""))
    if dynamic is None:
        return Unit(static, None, "importing the file declares no such workflow", UNTRIED)
    if dynamic.verdict == NOT_RUN:
        return Unit(static, dynamic, dynamic.reason, UNTRIED)
    gaps = tuple(each for each in dynamic.seen if not _is_known(each.code, static.codes))
    hit = {each.code for each in dynamic.seen}
    left = tuple(code for code in static.codes if code not in hit and code.startswith(_REPRODUCIBLE))
    agreement = GAP if gaps else NOT_REPRODUCED if left and not hit else AGREE
    return Unit(static, dynamic, dynamic.reason, agreement, gaps, left)


_REPRODUCIBLE: Final = ("DUR1", "DUR2", "DUR3", "DUR4", "DUR5")
"""Families of rules that run time enforces."""


def _is_known(code: str, codes: Sequence[str]) -> bool:
    """Whether analysis has found what run time saw."""
    return code in codes or (code in _PASSED_ON and any(each.startswith("DUR1") for each in codes))


def _print(units: Sequence[Unit]) -> None:
    if not units:
        click.echo("no workflow found")
        return
    shown = table("workflow", "engine", "static", "dynamic", "agreement")
    for unit in units:
        shown.add_row(
            unit.static.id, unit.static.engine, _static_text(unit.static), _dynamic_text(unit), unit.agreement
        )
    print_table(shown)
    for unit in units:
        for each in unit.gaps:
            click.echo(f"\nanalyzer gap in {unit.static.id}: {each.code or 'no rule'} {each.rule} at {_place(each)}")
            click.echo(f"  {each.how}\n  shown by {each.arguments}")
        if unit.not_reproduced and unit.dynamic is not None:
            click.echo(f"\nnot reproduced in {unit.static.id}: {', '.join(unit.not_reproduced)}")
    for reason, untried in _untried(units).items():  # a file that cannot be imported is one reason for many
        click.echo(f"\nnot tried: {', '.join(untried)}:\n  {reason}")
    counts = [
        f"{sum(unit.agreement == word for unit in units)} {word}" for word in (AGREE, GAP, NOT_REPRODUCED, UNTRIED)
    ]
    click.echo(f"\n{len(units)} workflow{'s' if len(units) != 1 else ''}: {', '.join(counts)}")


def _untried(units: Sequence[Unit]) -> dict[str, list[str]]:
    """Return the units that run time did not try although it could have, by the reason."""
    found: dict[str, list[str]] = {}
    for unit in units:
        if unit.agreement == UNTRIED and unit.static.engine == "holdfast":
            found.setdefault(unit.reason, []).append(unit.static.id)
    return found


def _static_text(static: Static) -> str:
    return f"{static.verdict}: {', '.join(static.codes)}" if static.codes else static.verdict


def _dynamic_text(unit: Unit) -> str:
    if unit.dynamic is None:
        return f"{NOT_RUN}: {unit.reason}"
    if unit.dynamic.verdict in (REPLAYS, NOT_RUN):
        return unit.dynamic.verdict
    return f"{unit.dynamic.verdict}: {', '.join(sorted({each.code or 'no rule' for each in unit.dynamic.seen}))}"


def _place(seen: Seen) -> str:
    path = Path(seen.path)
    try:
        path = path.relative_to(Path.cwd())
    except ValueError:
        pass  # it lies elsewhere, so all of its path is told
    return f"{path}:{seen.line}"


def _plain(unit: Unit) -> dict[str, Any]:
    static = unit.static
    dynamic = unit.dynamic
    return {
        "id": static.id,
        "engine": static.engine,
        "path": static.path,
        "line": static.line,
        "static": {"verdict": static.verdict, "codes": static.codes},
        "dynamic": {
            "verdict": NOT_RUN if dynamic is None else dynamic.verdict,
            "reason": unit.reason,
            "seen": () if dynamic is None else dynamic.seen,
        },
        "agreement": unit.agreement,
        "gaps": unit.gaps,
        "not_reproduced": unit.not_reproduced,
    }
