"""`holdfast explain`: why a line is workflow code, or is not."""

import re
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from holdfast_analyzer.command.options import (
    analysis_options,
    analyzing,
    colour_wanted,
    settings_for,
    write_lines,
)
from holdfast_analyzer.render.style import Style
from holdfast_analyzer.render.summary import render_error

LOCATION = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::\d+)?:?")
"""`orders.py:12`, also with a column behind it, as findings and editors write it."""


@click.command()
@click.argument("location", metavar="PATH:LINE")
@analysis_options
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", help="How to print.")
def explain(location: str, paths: tuple[Path, ...], **options: Any) -> None:
    """Say why a line is workflow code or is not, which workflows reach it, and through which calls.

    PATHS are where the workflows are: the working directory by default, or the project of a file that lies elsewhere.
    """
    file, line = parse_location(location)
    paths = paths or (default_path(file),)
    effective = settings_for(paths, options)
    if options["show_settings"]:
        write_lines(effective.lines())
        return
    from holdfast_analyzer import api
    from holdfast_analyzer.explanation import NoSuchLine
    from holdfast_analyzer.render.explanation import render_explanation

    try:
        with analyzing(quiet=False) as progress:
            found = api.explain(file, line, paths, effective.settings, progress=progress)
    except NoSuchLine as error:
        raise click.UsageError(str(error)) from error
    if options["output_format"] == "json":
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n")
    else:
        write_lines(list(render_explanation(found, style=Style(colour_wanted(options["colour"])))))
    for problem in found.errors:
        click.echo(render_error(problem), err=True)


def parse_location(text: str) -> tuple[Path, int]:
    """Return the file and the line of `orders.py:12`.

    Raises:
        click.UsageError: it has another form.
    """
    found = LOCATION.fullmatch(text)
    if found is None:
        raise click.UsageError(f"`{text}` names no line: write `PATH:LINE`, such as `orders.py:12`")
    return Path(found["path"]), int(found["line"])


def default_path(file: Path) -> Path:
    """Return where workflows are looked for when nothing says so: here, or in the project of a file that lies elsewhere."""
    here = Path.cwd().resolve()
    if file.resolve().is_relative_to(here):
        return Path()
    from holdfast_analyzer.config import ConfigError, effective_settings

    try:
        return Path(effective_settings([file]).settings.root)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
