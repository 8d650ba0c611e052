"""`holdfast config`: which settings hold, and what there is to set."""

import sys
from pathlib import Path

import click
import msgspec

from holdfast_analyzer.command.options import write_lines
from holdfast_analyzer.config import ConfigError, effective_settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--schema", is_flag=True, help="Print the JSON schema of `[tool.holdfast]` instead.")
@click.option("--isolated", is_flag=True, help="Read no pyproject.toml.")
def config(paths: tuple[Path, ...], schema: bool, isolated: bool) -> None:
    """Show the settings that hold for PATHS (the working directory by default), and where each comes from."""
    if schema:
        from holdfast_analyzer.config.schema import table_schema

        encoded = msgspec.json.format(msgspec.json.encode(table_schema()), indent=2)
        sys.stdout.write(encoded.decode() + "\n")
        return
    try:
        write_lines(effective_settings(paths, isolated=isolated).lines())
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
