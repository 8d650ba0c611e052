"""`holdfast queues`: look at queues with limits, and change them while they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from holdfast.command.database import database_options, told
from holdfast.command.tables import plain, print_json, print_table, table
from holdfast.engine.client import Client
from holdfast.store.queues import Limits, Rate

T = TypeVar("T")


class _Limit(click.ParamType[Any]):
    """A limit as text; `none` for no limit."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return (None if value == "none" else self._read(value),)
        except ValueError as error:
            self.fail(f"{value!r}: {error}; give {self.name}, or `none`", param, ctx)


def _rate(text: str) -> Rate:
    count, _, seconds = text.partition("/")
    return Rate(int(count), float(seconds or 1.0))


_NUMBER = _Limit("N", int)
_RATE = _Limit("N/SECONDS", _rate)


@click.group()
def queues() -> None:
    """List queues, pause and resume them, change their limits."""


@queues.command("list")
@database_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def list_(database: str, schema: str, as_json: bool) -> None:
    """List queues: what waits in them, what has begun, and their limits."""
    with told(), Client(database, schema=schema) as client:
        records = client.queues.list()
    if as_json:
        print_json([plain(each) for each in records])
        return
    made = table("queue", "queued", "begun", "oldest", "limits")
    for record in records:
        oldest = "" if record.oldest is None else f"{record.oldest.total_seconds():.1f} s"
        limits = ("paused, " if record.paused else "") + limits_text(record.limits)
        made.add_row(record.name, str(record.queued), str(record.begun), oldest, limits)
    print_table(made)


@queues.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@database_options
def pause(names: tuple[str, ...], database: str, schema: str) -> None:
    """Let nothing new of queues begin; what has begun goes on."""
    with told(), Client(database, schema=schema) as client:
        for name in names:
            client.queues.pause(name)


@queues.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@database_options
def resume(names: tuple[str, ...], database: str, schema: str) -> None:
    """Undo `pause`."""
    with told(), Client(database, schema=schema) as client:
        for name in names:
            client.queues.resume(name)


@queues.command("set")
@click.argument("name")
@database_options
@click.option("--concurrency", type=_NUMBER, help="How many have begun and have not ended, or `none`.")
@click.option("--per-executor", type=_NUMBER, help="How many run at one executor, or `none`.")
@click.option("--per-partition", type=_NUMBER, help="Like --concurrency, for each partition.")
@click.option("--rate", type=_RATE, help="How many begin in so many seconds (`100/60`), or `none`.")
@click.option("--partition-rate", type=_RATE, help="Like --rate, for each partition.")
def set_(name: str, database: str, schema: str, **given: tuple[Any] | None) -> None:
    """Change limits of a queue, at once and for every executor; the others stay as they are."""
    changes = {key: value[0] for key, value in given.items() if value is not None}
    if not changes:
        raise click.UsageError("nothing to change; give a limit, such as `--concurrency 10`")
    with told(), Client(database, schema=schema) as client:
        limits = client.queues.set(name, **changes)
    click.echo(f"{name}: {limits_text(limits)}")


def limits_text(limits: Limits) -> str:
    """Return limits in one line."""
    parts = []
    for name in ("concurrency", "per_executor", "per_partition", "rate", "partition_rate"):
        value = getattr(limits, name)
        if isinstance(value, Rate):
            value = f"{value.count}/{value.per:g}s"
        if value is not None:
            parts.append(f"{name.replace('_', '-')} {value}")
    if limits.partitioned:
        parts.append("partitioned")
    return ", ".join(parts) or "no limits"
