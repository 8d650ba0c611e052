"""`holdfast units`: list every workflow with its verdict."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from holdfast_analyzer.command.options import (
    analysis_options,
    analyzed,
    analyzing,
    colour_wanted,
    settings_for,
    write_lines,
)
from holdfast_analyzer.config import Effective
from holdfast_analyzer.render.style import count
from holdfast_analyzer.render.summary import render_error
from holdfast_analyzer.report import Report, count_verdicts


@click.command()
@analysis_options
@click.option("--output-format", type=click.Choice(["table", "json"]), default="table", help="How to print the list.")
@click.option("--json", "as_json", is_flag=True, help="The same as `--output-format json`: with fingerprints.")
def units(paths: tuple[Path, ...], **options: Any) -> None:
    """List every workflow with its engine, its verdict, and how many of its calls were resolved.

    proved: every call was resolved and no rule found anything. violated: `holdfast check` says what. unknown: nothing
    was found, but some call could not be resolved (`holdfast check --select unresolved-call` says which).
    """
    effective = settings_for(paths, options)
    if options["show_settings"]:
        write_lines(effective.lines())
        return
    if options["as_json"] or options["output_format"] == "json":
        report = _write_json(paths, effective)
    else:
        report = analyzed(paths, effective)
        _write_table(report, colour=colour_wanted(options["colour"]))
    for error in report.errors:
        click.echo(render_error(error), err=True)


def _write_json(paths: tuple[Path, ...], effective: Effective) -> Report:
    from holdfast_analyzer import api

    with analyzing(quiet=False) as progress:
        report, manifest = api.examine(paths or (Path(),), effective.settings, progress=progress)
    settings = effective.settings
    fingerprints = {(unit.id, unit.path, unit.engine): unit.fingerprint for unit in manifest.units}
    listed = []
    for unit in report.units:
        fingerprint = fingerprints[unit.id, api.path_in(settings, unit.path), unit.engine]
        listed.append({**msgspec.to_builtins(unit), "fingerprint": fingerprint or None})
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(listed), indent=2).decode() + "\n")
    return report


def _write_table(report: Report, *, colour: bool) -> None:
    if not report.units:
        click.echo("no workflows found")
        return
    from holdfast_analyzer.render.units import render_units

    render_units(report, output=sys.stdout, colour=colour)
    verdicts = ", ".join(f"{number:,} {verdict}" for verdict, number in count_verdicts(report.units).items())
    calls = sum(unit.calls for unit in report.units)
    resolved = sum(unit.resolved for unit in report.units)
    share = f"; {100 * resolved / calls:.1f}% of {count(calls, 'call')} resolved" if calls else ""
    click.echo(f"\n{count(len(report.units), 'workflow')}: {verdicts}{share}")
