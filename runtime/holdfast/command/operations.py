"""`holdfast versions`, `prune`, `export` and `import`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TextIO

import click

from holdfast.command.database import database_options, told
from holdfast.command.filters import moment_of
from holdfast.command.moments import Moment, MomentParameter
from holdfast.command.tables import print_json, print_table, table, time_text
from holdfast.engine.client import Client


@click.command()
@database_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def versions(database: str, schema: str, as_json: bool) -> None:
    """Show which versions have workflows that have not ended, and which live executors run them."""
    with told(), Client(database, schema=schema) as client:
        found = client.versions()
    if as_json:
        print_json([dataclasses.asdict(each) for each in found])
        return
    made = table("name", "version", "workflows", "oldest", "executors")
    for each in found:
        counts = ", ".join(f"{count} {state}" for state, count in each.states.items())
        executors = ", ".join(each.executors) or "none: start a worker with its code"
        made.add_row(each.name, each.version or "any", counts, time_text(each.oldest_at), executors)
    print_table(made)


@click.command()
@database_options
@click.option(
    "--older-than",
    required=True,
    type=MomentParameter(),
    metavar="MOMENT",
    help="Ended so long ago (12h, 30d), or before.",
)
@click.option("--name", default=None, help="Only of this function.")
@click.option("--batch", default=500, show_default=True, help="Workflows that one transaction deletes.")
@click.option("--pause", default=0.05, show_default=True, help="Seconds between transactions.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def prune(
    database: str, schema: str, older_than: Moment, name: str | None, batch: int, pause: float, yes: bool
) -> None:
    """Delete workflows that ended long ago, with their checkpoints, messages, values and streams."""
    with told(), Client(database, schema=schema) as client:
        if not yes:
            click.confirm(f"delete what ended before {older_than.text} in {client.url}?", abort=True, err=True)

        def progress(count: int) -> None:
            click.echo(f"{count} deleted …", err=True)

        count = client.prune(moment_of(client, older_than), name=name, batch=batch, pause=pause, progress=progress)
    click.echo(f"deleted {count} workflow(s)")


@click.command()
@click.argument("id")
@database_options
@click.option(
    "--output", "-o", default=None, type=click.Path(path_type=Path), help="A file instead of standard output."
)
def export(id: str, database: str, schema: str, output: Path | None) -> None:
    """Print everything that is recorded of a workflow as JSON, payloads as they are stored."""
    with told(), Client(database, schema=schema) as client:
        text = client.export(id)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.File(encoding="utf-8"), metavar="FILE…")
@database_options
def import_(files: tuple[TextIO, ...], database: str, schema: str) -> None:
    """Create workflows from what `holdfast export` has printed (`-`: from standard input); they go on from there."""
    with told(), Client(database, schema=schema) as client:
        for file in files:
            click.echo(f"imported {client.import_(file.read()).id}")
