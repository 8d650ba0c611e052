"""`holdfast workflows`: look at workflows and change their course."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from holdfast.command.database import database_options, told
from holdfast.engine.client import Client
from holdfast.engine.handle import CheckpointRecord, WorkflowRecord
from holdfast.states import State

if TYPE_CHECKING:
    from rich.table import Table

F = TypeVar("F", bound=Callable[..., Any])

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
        _print_json(records)
        return
    table = _table("id", "name", "state", "attempts", "created", "finished")
    for record in records:
        table.add_row(
            record.id,
            record.name,
            str(record.state),
            str(record.attempts),
            _time(record.created_at),
            _time(record.finished_at),
        )
    _print_table(table)


@workflows.command()
@click.argument("id")
@database_options
@_JSON
def get(id: str, database: str, schema: str, as_json: bool) -> None:
    """Show one workflow."""
    with told(), Client(database, schema=schema) as client:
        record = client.get(id)
    if as_json:
        _print_json(record)
        return
    table = _table("", "")
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if value is not None:
            table.add_row(field.name, _time(value) if isinstance(value, datetime) else _shown(value))
    _print_table(table)


@workflows.command()
@click.argument("id")
@database_options
@_JSON
def history(id: str, database: str, schema: str, as_json: bool) -> None:
    """Show the checkpoints of one workflow, in the order of its code."""
    with told(), Client(database, schema=schema) as client:
        records = client.history(id)
    if as_json:
        _print_json(records)
        return
    table = _table("key", "kind", "name", "result", "tries", "ms", "at")
    for each in records:
        took = (each.finished_at - each.started_at).total_seconds() * 1000
        if each.error is not None:
            outcome = f"{type(each.error).__name__}: {each.error}"
        else:
            outcome = "(cut short)" if each.raw is None else _shown(each.result)
        table.add_row(each.key, each.kind, each.name, outcome, str(each.attempts), f"{took:.1f}", each.source)
    _print_table(table)


@workflows.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@database_options
@click.option("--no-children", is_flag=True, help="Leave the workflows that it called alone.")
def cancel(ids: tuple[str, ...], database: str, schema: str, no_children: bool) -> None:
    """Cancel workflows and those that they called."""
    with told(), Client(database, schema=schema) as client:
        for id in ids:
            changed = client.cancel(id, children=not no_children)
            click.echo(f"cancelled {id}" if changed else f"{id} had ended before")


@workflows.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@database_options
def resume(ids: tuple[str, ...], database: str, schema: str) -> None:
    """Let stuck, cancelled or failed workflows go on from their last checkpoint."""
    with told(), Client(database, schema=schema) as client:
        for id in ids:
            client.resume(id)
            click.echo(f"resumed {id}")


@workflows.command()
@click.argument("id")
@database_options
@click.option("--at", default=None, metavar="KEY", help="The first checkpoint that is not copied; all are without it.")
@click.option("--new-id", default=None, help="Id of the new workflow.")
def fork(id: str, database: str, schema: str, at: str | None, new_id: str | None) -> None:
    """Start a new workflow with the arguments and the first checkpoints of another."""
    with told(), Client(database, schema=schema) as client:
        click.echo(client.fork(id, at=at, new_id=new_id).id)


def _table(*columns: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=any(columns))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _print_table(table: Table) -> None:
    from rich.console import Console

    Console().print(table)


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone().isoformat(" ", "milliseconds")


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    try:
        return msgspec.json.encode(value, enc_hook=repr).decode()
    except (TypeError, ValueError):
        return repr(value)


def _print_json(found: WorkflowRecord | Sequence[WorkflowRecord] | Sequence[CheckpointRecord]) -> None:
    plain: Any = [_plain(each) for each in found] if isinstance(found, Sequence) else _plain(found)
    click.echo(msgspec.json.format(msgspec.json.encode(plain, enc_hook=repr)).decode())


def _plain(record: WorkflowRecord | CheckpointRecord) -> dict[str, Any]:
    plain = {field.name: getattr(record, field.name) for field in dataclasses.fields(record) if field.name != "raw"}
    error = plain.get("error")
    if error is not None:
        plain["error"] = {"type": type(error).__name__, "message": str(error)}
    return plain
