"""`holdfast check`: find what would break a replay, without running the code."""

import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from holdfast_analyzer.command.check.base import base_options, compared
from holdfast_analyzer.command.check.known import BaselineInUse, baseline_in_use, record_baseline
from holdfast_analyzer.command.check.narrowing import within_changes
from holdfast_analyzer.command.check.outputs import FORMAT_HELP, OutputType, destinations, write_report
from holdfast_analyzer.command.options import analysis_options, colour_wanted, settings_for, write_lines
from holdfast_analyzer.config import enabled_codes
from holdfast_analyzer.config.selection import named_codes
from holdfast_analyzer.config.settings import FailOn, Settings
from holdfast_analyzer.deep_stack import leave_garbage
from holdfast_analyzer.render.formats import FORMATS
from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.render.style import Style
from holdfast_analyzer.report import Threshold
from holdfast_rules.rule import Severity

SEVERITIES = click.Choice([str(severity) for severity in Severity])


@click.command()
@analysis_options
@click.option(
    "--output-format",
    "formats",
    type=OutputType(),
    multiple=True,
    help=FORMAT_HELP,
)
@click.option("--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Where the format goes.")
@click.option(
    "--min-severity", type=SEVERITIES, help="Report this and up; by default warnings and up, in JSON everything."
)
@click.option(
    "--fail-on",
    type=click.Choice([str(least) for least in FailOn]),
    help="Exit with 1 for this and up; by default for whatever is reported.",
)
@click.option("--diff-base", metavar="REV", help="Only findings that touch lines changed since git parted from REV.")
@click.option("--baseline", metavar="FILE", help="Report no finding that this file knows.")
@click.option("--no-baseline", is_flag=True, help="Report what the project's baseline knows, too.")
@click.option(
    "--write-baseline",
    metavar="[FILE]",
    is_flag=False,
    flag_value="",
    help="Write what is found to the baseline instead of reporting it.",
)
@click.option("--baseline-strict", is_flag=True, help="Fail when the baseline knows findings that are fixed.")
@base_options
@click.option("--stdin-filename", metavar="PATH", help="Take standard input for the content of this file.")
@click.option("--fix", is_flag=True, help="Fix in the files what can be fixed without changing what workflows do.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what workflows in flight may notice.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--add-ignore", metavar="REASON", help="Silence what is found, by comments with this reason.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option("--statistics", is_flag=True, help="Count by rule instead of listing.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 in spite of findings.")
@click.option("-q", "--quiet", is_flag=True, help="Findings only, no summary.")
def check(paths: tuple[Path, ...], **options: Any) -> None:
    """Find what would break a replay of a durable workflow, without running the code.

    PATHS are files and folders, `-` for the standard input; the working directory by default. Exit status: 0 clean,
    1 findings, 2 usage or internal error.
    """
    refuse_contradictions(paths, options)
    if options["watch"]:
        watched(paths, options)
    if click.get_current_context().find_root().obj is True:
        leave_garbage()  # the process ends with this check
    outputs = destinations(options["formats"], options["output_file"])
    paths, given = with_standard_input(paths, options["stdin_filename"])
    severities = {name: options[name] for name in ("min_severity", "fail_on")}
    effective = settings_for(paths, options, severities=severities)
    if options["show_settings"]:
        write_lines(effective.lines())
        return
    settings = effective.settings
    threshold = threshold_of(settings)
    source = SourceLines(given=given)
    checked = [str(path) for path in paths] or ["."]
    baseline = baseline_in_use(settings, options, checked)
    if options["fix"] or options["diff"]:
        from holdfast_analyzer.command.check.fixing import fix_findings

        has_changes = fix_findings(paths, effective, options, threshold, baseline)
        if options["diff"]:
            click.get_current_context().exit(int(has_changes and not options["exit_zero"]))
    report = compared(paths, effective, options, given, fixes=any(FORMATS[one.format].tells_fixes for one in outputs))
    if options["write_baseline"] is not None:
        record_baseline(report, baseline, threshold=threshold, source=source)
        return
    report = baseline.applied(report, source)
    report, asides = within_changes(report, options["diff_base"], settings, threshold)
    if options["add_ignore"] is not None:
        from holdfast_analyzer.command.check.ignoring import add_ignores

        add_ignores(report, threshold, options["add_ignore"], settings)
        return
    presentation = Presentation(
        threshold,
        enabled=enabled_codes(settings),
        source=source,
        quiet=options["quiet"],
        statistics=options["statistics"],
        asides=asides,
        with_baseline=baseline.baseline is not None,
    )
    write_report(report, presentation, outputs, Style(colour_wanted(options["colour"])))
    settle(baseline, has_failed=any(map(threshold.fails, report.findings)), options=options)


def watched(paths: tuple[Path, ...], options: dict[str, Any]) -> NoReturn:
    """Check, and again after each change of the project's files, until it is interrupted."""
    from holdfast_analyzer.command.check.watching import watch

    settings = settings_for(paths, options).settings
    baseline = options["baseline"] or (settings.baseline and str(Path(settings.root) / settings.baseline))
    context = click.get_current_context()
    context.find_root().obj = None  # no check is the last
    watch(
        settings.root,
        [os.path.abspath(baseline)] if baseline else [],
        lambda: context.invoke(check, paths=paths, **{**options, "watch": False}),
    )


def settle(baseline: BaselineInUse, *, has_failed: bool, options: dict[str, Any]) -> None:
    """See to what is stale in the baseline, and end with the status that the check has come to."""
    stale_fails = baseline.settle(strict=options["baseline_strict"], may_write=options["stdin_filename"] is None)
    if stale_fails or (has_failed and not options["exit_zero"]):
        click.get_current_context().exit(1)


def threshold_of(settings: Settings) -> Threshold:
    """Return which findings are shown, and which fail the check."""
    never = settings.fail_on is FailOn.NEVER
    return Threshold(
        least=settings.min_severity,
        fail_on=None if never or settings.fail_on is None else Severity(settings.fail_on),
        never_fails=never,
        named=named_codes(settings),
    )


def refuse_contradictions(paths: tuple[Path, ...], options: dict[str, Any]) -> None:
    """Refuse options that do not go together.

    Raises:
        click.UsageError: naming both.
    """
    writing = options["write_baseline"] is not None
    if options["unsafe_fixes"] and not (options["fix"] or options["diff"]):
        raise click.UsageError("`--unsafe-fixes` says which fixes are applied: give `--fix` or `--diff`, too")
    if (options["fix"] or options["diff"]) and Path("-") in paths:
        raise click.UsageError("the standard input cannot be fixed: name files and folders")
    if options["watch"] and Path("-") in paths:
        raise click.UsageError("the standard input cannot be watched: name files and folders")
    for given, name, others in (
        (options["watch"], "--watch", ("add_ignore", "show_settings", "stdin_filename", "write_baseline")),
        (writing, "--write-baseline", ("add_ignore", "diff_base", "stdin_filename")),
        (options["add_ignore"] is not None, "--add-ignore", ("stdin_filename",)),
        (options["write_manifest"] is not None, "--write-manifest", ("stdin_filename",)),
        (options["fix"], "--fix", ("add_ignore", "stdin_filename", "write_baseline")),
        (options["diff"], "--diff", ("add_ignore", "stdin_filename", "write_baseline", "write_manifest")),
        (options["no_baseline"], "--no-baseline", ("baseline", "baseline_strict", "write_baseline")),
    ):
        for other in others:
            if given and options[other] not in (None, False):
                raise click.UsageError(f"`{name}` and `--{other.replace('_', '-')}` do not go together")


def with_standard_input(paths: tuple[Path, ...], filename: str | None) -> tuple[tuple[Path, ...], dict[str, bytes]]:
    """Return the paths to check and what standard input stands for.

    Args:
        paths: as given.
        filename: of `--stdin-filename`: checked alone when no other path is given.
    """
    if filename is None:
        return paths, {}
    others = tuple(path for path in paths if str(path) != "-")
    return others or (Path(filename),), {filename: sys.stdin.buffer.read()}
