"""`holdfast check`: find what would break a replay, without running the code."""

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from holdfast_analyzer.command.options import analysis_options, analyzed, colour_wanted, settings_for, write_lines
from holdfast_analyzer.config.selection import named_codes
from holdfast_analyzer.config.settings import Settings
from holdfast_analyzer.render.concise import render_line
from holdfast_analyzer.render.full import render_finding
from holdfast_analyzer.render.json import render_json
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.render.statistics import render_statistics
from holdfast_analyzer.render.style import Style
from holdfast_analyzer.render.summary import render_error, render_summary
from holdfast_analyzer.report import Report, Threshold
from holdfast_rules.rule import Severity

SEVERITIES = click.Choice([str(severity) for severity in Severity])
NARROWEST, WIDEST = 80, 110
"""Columns of the full format: what a terminal has, within limits that keep it readable."""


@click.command()
@analysis_options
@click.option(
    "--output-format",
    type=click.Choice(["full", "concise", "json"]),
    default="full",
    help="full: with source and chain.",
)
@click.option(
    "--min-severity", type=SEVERITIES, help="Report this and up; by default warnings and up, in JSON everything."
)
@click.option("--fail-on", type=SEVERITIES, help="Exit with 1 for this and up; by default for whatever is reported.")
@click.option("--statistics", is_flag=True, help="Count by rule instead of listing.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in spite of findings.")
@click.option("-q", "--quiet", is_flag=True, help="Findings only, no summary.")
def check(paths: tuple[Path, ...], **options: Any) -> None:
    """Find what would break a replay of a durable workflow, without running the code.

    PATHS are files and folders, `-` for the standard input; the working directory by default. Exit status: 0 clean,
    1 findings, 2 usage or internal error.
    """
    severities = {name: options[name] for name in ("min_severity", "fail_on")}
    effective = settings_for(paths, options, severities=severities)
    if options["show_settings"]:
        write_lines(effective.lines())
        return
    report = analyzed(paths, effective, quiet=options["quiet"])
    threshold = threshold_of(effective.settings)
    write_report(report, threshold, options)
    if not options["exit_zero"] and any(map(threshold.fails, report.findings)):
        click.get_current_context().exit(1)


def threshold_of(settings: Settings) -> Threshold:
    """Return which findings are shown, and which fail the check."""
    return Threshold(least=settings.min_severity, fail_on=settings.fail_on, named=named_codes(settings))


def write_report(report: Report, threshold: Threshold, options: dict[str, Any]) -> None:
    """Write a report to standard output in the format that was asked for, and what could not be read to standard error."""
    if options["output_format"] == "json":
        sys.stdout.write(render_json(report, threshold).decode())
        return
    style = Style(colour_wanted(options["colour"]))
    lines: list[str] = []
    if options["statistics"]:
        lines += render_statistics(report, threshold, style=style)
    else:
        source = SourceLines()
        width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST) if sys.stdout.isatty() else NARROWEST
        for finding in filter(threshold.shows, report.findings):
            if options["output_format"] == "concise":
                lines.append(render_line(finding, style=style))
            else:
                lines += [*render_finding(finding, style=style, source=source, width=width), ""]
    if not options["quiet"]:
        if lines and lines[-1]:
            lines.append("")
        lines += render_summary(report, threshold, style=style)
    elif lines and not lines[-1]:
        lines.pop()
    write_lines(lines)
    for error in report.errors:
        click.echo(render_error(error), err=True)
