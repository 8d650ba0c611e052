"""`holdfast workflows`: look at workflows and change their course."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

import click

from holdfast.command.database import database_options, told
from holdfast.command.filters import CANCELLABLE, RESUMABLE, chosen, filter_options
from holdfast.command.show import show
from holdfast.command.tables import plain, print_json, print_table, table, time_text, value_text
from holdfast.engine.client import Client
from holdfast.states import State

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


@click.group()
def workflows() -> None:
    """List, inspect, cancel, resume and fork workflows."""


@workflows.command("list")
@database_options
@click.option("--state", "states", multiple=True, type=click.Choice([str(each) for each in State]), help="Only these.")
@click.option("--name", default=None, help="Only of this function.")
@click.option("--prefix", default=None, help="Only with ids that begin so.")
@click.option("--parent", default=None, help="Only children of this workflow.")
@click.option("--limit", default=50, show_default=True, help="How many, the newest first.")
@click.option("--offset", default=0, help="How many to skip.")
@_JSON
def list_(
    database: str,
    schema: str,
    states: tuple[str, ...],
    name: str | None,
    prefix: str | None,
    parent: str | None,
    limit: int,
    offset: int,
    as_json: bool,
) -> None:
    """List workflows, the newest first."""
    with told(), Client(database, schema=schema) as client:
        records = client.list(state=states or None, name=name, prefix=prefix, parent=parent, limit=limit, offset=offset)
    if as_json:
        print_json([plain(each) for each in records])
        return
    made = table("id", "name", "state", "attempts", "created", "finished")
    for record in records:
        made.add_row(
            record.id,
            record.name,
            str(record.state),
            str(record.attempts),
            time_text(record.created_at),
            time_text(record.finished_at),
        )
    print_table(made)


@workflows.command()
@click.argument("id")
@database_options
@_JSON
def get(id: str, database: str, schema: str, as_json: bool) -> None:
    """Show one workflow."""
    with told(), Client(database, schema=schema) as client:
        record = client.get(id)
    if as_json:
        print_json(plain(record))
        return
    made = table("", "")
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if value is not None:
            made.add_row(
                field.name, time_text(value, precise=True) if isinstance(value, datetime) else value_text(value)
            )
    print_table(made)


@workflows.command()
@click.argument("id")
@database_options
@_JSON
def history(id: str, database: str, schema: str, as_json: bool) -> None:
    """Show the checkpoints of one workflow, in the order of its code."""
    with told(), Client(database, schema=schema) as client:
        records = client.history(id)
    if as_json:
        print_json([plain(each) for each in records])
        return
    made = table("key", "kind", "name", "result", "tries", "ms", "at")
    for each in records:
        took = (each.finished_at - each.started_at).total_seconds() * 1000
        if each.error is not None:
            outcome = f"{type(each.error).__name__}: {each.error}"
        else:
            outcome = "(cut short)" if each.raw is None else value_text(each.result)
        made.add_row(each.key, each.kind, each.name, outcome, str(each.attempts), f"{took:.1f}", each.source)
    print_table(made)


_IDS = click.argument("ids", nargs=-1, metavar="[ID…]")


@workflows.command()
@_IDS
@database_options
@filter_options
@click.option("--no-children", is_flag=True, help="Leave the workflows that they called alone.")
def cancel(ids: tuple[str, ...], database: str, schema: str, no_children: bool, **filters: Any) -> None:
    """Cancel workflows, by ID or all that fit the filters, and those that they called."""
    with told(), Client(database, schema=schema) as client:
        for id in chosen(client, "cancel", ids, CANCELLABLE, **filters):
            changed = client.cancel(id, children=not no_children)
            click.echo(f"cancelled {id}" if changed else f"{id} had ended before")


@workflows.command()
@_IDS
@database_options
@filter_options
def resume(ids: tuple[str, ...], database: str, schema: str, **filters: Any) -> None:
    """Let stuck, cancelled or failed workflows go on from their last checkpoint, by ID or all that fit the filters."""
    with told(), Client(database, schema=schema) as client:
        for id in chosen(client, "resume", ids, RESUMABLE, **filters):
            client.resume(id)
            click.echo(f"resumed {id}")


@workflows.command()
@_IDS
@database_options
@filter_options
@click.option("--at", default=None, metavar="KEY", help="The first checkpoint that is not copied; all are without it.")
@click.option("--new-id", default=None, help="Id of the new workflow, for a single one.")
def fork(ids: tuple[str, ...], database: str, schema: str, at: str | None, new_id: str | None, **filters: Any) -> None:
    """Start new workflows with the arguments and the first checkpoints of others."""
    with told(), Client(database, schema=schema) as client:
        found = list(chosen(client, "fork", ids, RESUMABLE, **filters))
        if new_id is not None and len(found) != 1:
            raise click.UsageError(f"`--new-id` names one workflow, but {len(found)} would be forked")
        for id in found:
            click.echo(client.fork(id, at=at, new_id=new_id).id)


workflows.add_command(show)
