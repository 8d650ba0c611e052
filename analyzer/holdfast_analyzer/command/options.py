"""The options that the analyzer's subcommands share, and how they become settings."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from holdfast_analyzer.command.progress import shown_progress
from holdfast_analyzer.config import ConfigError, Effective, effective_settings
from holdfast_analyzer.config.selection import known_engines, known_rules
from holdfast_analyzer.config.settings import FailOn
from holdfast_analyzer.config.table import check_engines, check_selectors
from holdfast_analyzer.render.style import wants_colour
from holdfast_analyzer.report import Report
from holdfast_rules.engines import PROFILES
from holdfast_rules.registry import every_rule
from holdfast_rules.rule import Severity

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from holdfast_analyzer.comparison import Base

F = TypeVar("F", bound=Callable[..., Any])

LIST_OPTIONS = {
    "select": ("--select", "RULES", "Only these rules: codes, prefixes or names, separated by commas."),
    "ignore": ("--ignore", "RULES", "Not these rules."),
    "extend_select": ("--extend-select", "RULES", "These rules too."),
    "engines": ("--engine", "NAMES", "Only workflows of these engines."),
}
"""Field of `Settings` → the option that gives it, what it takes, and its help."""


def words(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...] | None:
    """Split the values of an option at commas; None when it was not given."""
    parts = tuple(part.strip() for value in given for part in value.split(",") if part.strip())
    return parts or None


def completed_rules(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Return the codes and names of rules that begin so, for a shell; in a list the last one is completed."""
    return _completed(
        incomplete, ((key, rule.summary) for rule in every_rule(plugins=True) for key in (rule.code, rule.name))
    )


def completed_engines(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    """Return the engines that begin so, for a shell; in a list the last one is completed."""
    return _completed(incomplete, ((profile.name, profile.title) for profile in PROFILES))


def _completed(incomplete: str, offered: Iterable[tuple[str, str]]) -> "list[CompletionItem]":
    from click.shell_completion import CompletionItem

    before, comma, last = incomplete.rpartition(",")
    found = [(word, text) for word, text in offered if word.lower().startswith(last.lower())]
    return [CompletionItem(f"{before}{comma}{word}", help=text) for word, text in found]


def analysis_options(command: F) -> F:
    """Add the paths and every option that decides what is analysed."""
    decorators = [
        click.argument("paths", nargs=-1, type=click.Path(exists=True, allow_dash=True, path_type=Path)),
        *(
            click.option(
                option,
                field,
                metavar=metavar,
                multiple=True,
                callback=words,
                shell_complete=completed_engines if field == "engines" else completed_rules,
                help=text,
            )
            for field, (option, metavar, text) in LIST_OPTIONS.items()
        ),
        click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; as many as cores by default."),
        click.option("--no-cache", is_flag=True, help="Neither read nor write cached facts."),
        click.option("--cache-dir", metavar="DIR", help="Where facts are cached."),
        click.option("--isolated", is_flag=True, help="Read no pyproject.toml, load no plugin."),
        click.option(
            "--show-settings",
            is_flag=True,
            help="Show the settings that hold and where each comes from; check nothing.",
        ),
        colour_option,
        click.option("--verbose", is_flag=True, help="With the traceback, should holdfast itself fail."),
    ]
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


colour_option = click.option(
    "--color",
    "--colour",
    "colour",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colours; auto: on a terminal, unless NO_COLOR is set.",
)


def settings_for(
    paths: tuple[Path, ...], options: Mapping[str, Any], *, severities: Mapping[str, str | None] | None = None
) -> Effective:
    """Return the settings that the command line and the project's file give together.

    Args:
        paths: the files and folders to check.
        options: the values of `analysis_options`.
        severities: field of `Settings` → severity, for the options that are one.

    Raises:
        click.UsageError: when either names something that does not exist, or is of the wrong form.
    """
    given: dict[str, tuple[Any, str]] = {}
    known = every_rule(plugins=not options["isolated"])
    try:
        for field, (option, _, _) in LIST_OPTIONS.items():
            if options[field] is not None and field != "engines":
                given[field] = (check_selectors(options[field], f"`{option}`", known), option)
        for field, severity in (severities or {}).items():
            if severity is not None:
                kind = FailOn if field == "fail_on" else Severity
                given[field] = (kind(severity), "--" + field.replace("_", "-"))
        if options["jobs"] is not None:
            given["jobs"] = (options["jobs"], "--jobs")
        if options["cache_dir"] is not None:
            given["cache_dir"] = (str(Path(options["cache_dir"]).absolute()), "--cache-dir")
        if options["no_cache"]:
            given["cache_dir"] = (None, "--no-cache")
        if options["engines"] is not None:
            given["engines"] = (options["engines"], "--engine")
        effective = effective_settings(paths, given=given, isolated=options["isolated"])
        for field in ("select", "ignore", "extend_select"):
            # The project's file may have switched plugins off.
            check_selectors(options[field] or (), LIST_OPTIONS[field][0], known_rules(effective.settings))
        check_engines(effective.settings.engines, known_engines(effective.settings), "`--engine`")
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    return effective


def analyzed(
    paths: tuple[Path, ...],
    effective: Effective,
    *,
    quiet: bool = False,
    given: Mapping[str, bytes] | None = None,
    base: "Base | None" = None,
    fixes: bool = False,
) -> Report:
    """Return the report on `paths`, or on the working directory when there are none.

    Args:
        paths: the files and folders to check.
        effective: the settings that hold.
        quiet: show no progress.
        given: path → content that a file has in place of the one on disk.
        base: what the durable operations are compared to, or None.
        fixes: find out what would mend each finding.

    Raises:
        click.UsageError: when a path is neither a file nor a folder.
    """
    from holdfast_analyzer import api

    with analyzing(quiet=quiet) as progress:
        return api.analyze(
            paths or (Path(),), effective.settings, progress=progress, given=given, base=base, fixes=fixes
        )


@contextmanager
def analyzing(*, quiet: bool) -> Iterator[Callable[[str, int, int], None] | None]:
    """Show the progress of an analysis; what is wrong with its paths is for the user to mend."""
    from holdfast_analyzer.discover import UnusablePath

    try:
        with shown_progress(not quiet) as progress:
            yield progress
    except UnusablePath as error:
        raise click.UsageError(str(error)) from error


def colour_wanted(choice: str, stream: TextIO | None = None) -> bool:
    """Return whether to paint what goes to `stream` (standard output by default)."""
    return wants_colour(choice, terminal=(stream or sys.stdout).isatty(), environment=dict(os.environ))


def write_lines(lines: list[str]) -> None:
    """Write lines to standard output, as `write_text` does."""
    write_text("".join(f"{line}\n" for line in lines))


def write_text(text: str) -> None:
    """Write to standard output in one go, box lines as plain characters where its encoding has none."""
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(PLAIN)
    sys.stdout.write(text)


PLAIN = str.maketrans(
    {"╭": "+", "╰": "+", "├": "+", "─": "-", "▸": ">", "│": "|", "┊": ":", "━": "^", "→": "->", "…": "..."}
)
"""The plain characters for terminals whose encoding has no box lines."""
