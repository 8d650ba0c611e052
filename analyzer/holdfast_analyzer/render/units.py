"""The table of `holdfast units`: every workflow, and what a check can say of it."""

from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdfast_analyzer.render.style import safe
from holdfast_analyzer.report import Report, UnitVerdict
from holdfast_rules.facts import Verdict

LOOKS = {Verdict.PROVED: "green", Verdict.VIOLATED: "red", Verdict.UNKNOWN: "yellow"}


def render_units(report: Report, *, output: TextIO, colour: bool, width: int | None = None) -> None:
    """Write the table of units.

    Args:
        report: what the check found.
        output: where to.
        colour: whether to paint verdicts.
        width: columns; None for the terminal's, or as many as the table needs when `output` is no terminal.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("workflow", "engine", "verdict"):
        table.add_column(heading, overflow="fold")
    table.add_column("calls resolved", justify="right")
    table.add_column("defined at", overflow="fold")
    for unit in report.units:
        table.add_row(
            Text(safe(unit.id)),
            Text(unit.engine),
            Text(unit.verdict, style=LOOKS[unit.verdict]),
            Text(_share(unit)),
            Text(safe(f"{unit.path}:{unit.line}")),
        )
    console = Console(
        file=output, force_terminal=colour, no_color=not colour, width=width or _width(output, report), highlight=False
    )
    console.print(table)


def _width(output: TextIO, report: Report) -> int | None:
    if output.isatty():
        return None
    longest = max((len(unit.id) + len(unit.path) for unit in report.units), default=0)
    return max(80, longest + 80)


def _share(unit: UnitVerdict) -> str:
    if not unit.calls:
        return "no calls"
    return f"{unit.resolved} of {unit.calls} ({100 * unit.resolved // unit.calls}%)"
