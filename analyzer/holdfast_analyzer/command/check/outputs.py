"""Where a report goes: the formats that were asked for, to standard output or to files."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from holdfast_analyzer.command.options import write_text
from holdfast_analyzer.config.errors import nearest
from holdfast_analyzer.render.formats import FORMATS
from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.render.style import Style
from holdfast_analyzer.render.summary import render_error
from holdfast_analyzer.report import Report

NARROWEST, WIDEST = 80, 110
"""Columns of the formats for people: what a terminal has, within limits that keep them readable."""


FORMAT_HELP = "How findings are written, and to which file. May be repeated. " + "; ".join(
    f"{name}: {found.help}" for name, found in FORMATS.items()
)
"""What `--help` says of the formats."""


class Output(NamedTuple):
    """A format and the file that it goes to; None for standard output."""

    format: str
    file: Path | None


class OutputType(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases
    """`FORMAT` or `FORMAT:FILE`."""

    name = "FORMAT[:FILE]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        """Read one value of the option."""
        if isinstance(value, Output):
            return value
        name, colon, file = str(value).partition(":")
        if name not in FORMATS:
            self.fail(f"there is no format `{name}`{nearest(name, FORMATS)}", param, ctx)
        if colon and not file:
            self.fail(f"`{value}` names no file behind its colon", param, ctx)
        return Output(name, Path(file) if file else None)


def destinations(given: Sequence[Output], output_file: Path | None) -> list[Output]:
    """Return the outputs to write.

    Args:
        given: of `--output-format`; empty for the default.
        output_file: of `--output-file`: for the format that has no file of its own.

    Raises:
        click.UsageError: when `--output-file` has no format to take, or several.
    """
    outputs = list(dict.fromkeys(given)) or [Output("full", None)]
    if output_file is None:
        return outputs
    free = [output for output in outputs if output.file is None]
    if len(free) != 1:
        said = "no format is" if not free else f"{len(free)} formats are"
        raise click.UsageError(f"`--output-file` is for one format, and {said} without a file: use `FORMAT:FILE`")
    return [Output(output.format, output.file or output_file) for output in outputs]


def write_report(report: Report, presentation: Presentation, outputs: Sequence[Output], style: Style) -> None:
    """Write a report everywhere it goes, and what could not be read to standard error if no format there tells it.

    Args:
        report: what the check found.
        presentation: how to show it in files.
        outputs: formats and files.
        style: paints text on standard output, or does not.

    Raises:
        click.UsageError: when a file cannot be written.
    """
    on_terminal = presentation.seen(style, _width())
    for output in outputs:
        found = FORMATS[output.format]
        text = found.renderer()(report, on_terminal if output.file is None else presentation)
        if output.file is None:
            write_text(text)
        else:
            _write_file(output.file, text)
    shown = [FORMATS[output.format] for output in outputs if output.file is None]
    if not any(found.tells_errors for found in shown):
        for error in report.errors:
            click.echo(render_error(error), err=True)


def _width() -> int:
    if not sys.stdout.isatty():
        return NARROWEST
    import shutil  # which imports all compressors there are

    return min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)


def _write_file(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # A finding may name a file whose name has no encoding.
        file.write_bytes(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise click.UsageError(f"cannot write `{file}`: {(error.strerror or str(error)).lower()}") from error
