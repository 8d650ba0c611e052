"""`holdfast schedules`: look at schedules, pause, resume, trigger, backfill and delete them."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from holdfast.command.database import database_options, told
from holdfast.command.tables import plain, print_json, print_table, table, time_text
from holdfast.engine.client import Client

_NAMES = click.argument("names", nargs=-1, required=True, metavar="NAME…")


@click.group()
def schedules() -> None:
    """List schedules, pause and resume them, trigger and backfill what they start."""


@schedules.command("list")
@database_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def list_(database: str, schema: str, as_json: bool) -> None:
    """List schedules with their last and their next tick."""
    with told(), Client(database, schema=schema) as client:
        records = client.schedules.list()
    if as_json:
        print_json([plain(each) for each in records])
        return
    made = table("schedule", "cron", "timezone", "workflow", "last", "next")
    for record in records:
        following = "(paused)" if record.paused else time_text(record.next_at)
        made.add_row(record.name, record.cron, record.timezone, record.workflow, time_text(record.last_at), following)
    print_table(made)


@schedules.command()
@_NAMES
@database_options
def pause(names: tuple[str, ...], database: str, schema: str) -> None:
    """Skip the ticks of schedules from now on."""
    with told(), Client(database, schema=schema) as client:
        for name in names:
            client.schedules.pause(name)


@schedules.command()
@_NAMES
@database_options
def resume(names: tuple[str, ...], database: str, schema: str) -> None:
    """Undo `pause`; what was due meanwhile is not made up."""
    with told(), Client(database, schema=schema) as client:
        for name in names:
            client.schedules.resume(name)


@schedules.command()
@_NAMES
@database_options
def trigger(names: tuple[str, ...], database: str, schema: str) -> None:
    """Start what schedules start, now; print the ids."""
    with told(), Client(database, schema=schema) as client:
        for name in names:
            click.echo(client.schedules.trigger(name).id)


@schedules.command()
@click.argument("name")
@database_options
@click.option("--since", required=True, metavar="TIME", help="The earliest tick, ISO 8601; in UTC unless it says more.")
@click.option("--until", required=True, metavar="TIME", help="Before which the ticks lie.")
def backfill(name: str, database: str, schema: str, since: str, until: str) -> None:
    """Start what a schedule starts for each tick of a time that it has not been started for; print the ids."""
    with told(), Client(database, schema=schema) as client:
        for handle in client.schedules.backfill(name, _moment(since), _moment(until)):
            click.echo(handle.id)


@schedules.command()
@_NAMES
@database_options
def delete(names: tuple[str, ...], database: str, schema: str) -> None:
    """Delete schedules; what they have started goes on."""
    with told(), Client(database, schema=schema) as client:
        for name in names:
            client.schedules.delete(name)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no time in ISO 8601, such as 2026-03-29 or 2026-03-29T01:00Z") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
