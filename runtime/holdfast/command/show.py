"""`holdfast workflows show`: a workflow as it stands, or as it stood."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

import click

from holdfast.command.database import database_options, told
from holdfast.command.modules import codec_option, load_codec
from holdfast.command.moments import Moment, MomentParameter
from holdfast.command.tables import plain, print_json, print_table, table, time_text, value_text
from holdfast.engine.past import Past, PastOperation
from holdfast.engine.past import as_of as past_of
from holdfast.replay.source import reading

_KEY: Final = re.compile(r"\d+(\.\d+)*")


class _MomentOrKey(MomentParameter):
    name = "moment or key"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if isinstance(value, str) and _KEY.fullmatch(value) else super().convert(value, param, ctx)


@click.command()
@click.argument("id")
@database_options
@codec_option
@click.option(
    "--as-of",
    type=_MomentOrKey(),
    default=None,
    metavar="TIME|KEY",
    help="As it was then: `2026-11-22T03:00Z`, `-5m`, or when the operation KEY was recorded.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def show(
    id: str, database: str, schema: str, codec_name: str | None, as_of: Moment | str | None, as_json: bool
) -> None:
    """Show what a workflow had done and what it was waiting for, now or at some moment.

    It is told from recorded times. What a `resume` has dropped, and runs before a `continue_as_new`, are gone.
    """
    with told(), reading(database, schema, load_codec(codec_name)) as core:
        at = as_of.at(core.store.now()) if isinstance(as_of, Moment) else as_of
        past = past_of(core, id, at)
    if as_json:
        print_json({**plain(past), "operations": [plain(each) for each in past.operations]})
        return
    click.echo(f"{past.id}  `{past.name}`")
    click.echo(f"{'now' if as_of is None else f'as of {time_text(past.at, precise=True)}'}: {past.state}")
    if past.note is not None:
        click.echo(f"note: {past.note}")
    click.echo(f"started {_since(past.created_at, past.at)}")
    _print_end(past)
    if past.operations:
        click.echo()
        _print_operations(past)
    _print_rest(past)


def _since(moment: datetime, at: datetime) -> str:
    seconds = (at - moment).total_seconds()
    return f"{time_text(moment, precise=True)}, {abs(seconds):,.3f} s {'before' if seconds >= 0 else 'after'}"


def _print_end(past: Past) -> None:
    if past.finished_at is None:
        return
    outcome = f": {value_text(past.error if past.error is not None else past.result)}"
    click.echo(f"{past.state} {_since(past.finished_at, past.at)}{outcome if past.state != 'cancelled' else ''}")


def _print_operations(past: Past) -> None:
    made = table("key", "kind", "name", "standing", "began", "took", "result")
    for each in past.operations:
        began = (each.started_at - past.created_at).total_seconds()
        took = "" if each.finished_at is None else f"{(each.finished_at - each.started_at).total_seconds():.3f} s"
        made.add_row(each.key, each.kind, each.name, each.standing, f"+{began:.3f} s", took, _result(each))
    print_table(made)


def _result(operation: PastOperation) -> str:
    if operation.error is not None:
        return value_text(operation.error)
    if operation.kind == "sleep":
        return f"until {time_text(operation.wakes_at, precise=True)}" if operation.standing == "sleeping" else ""
    return value_text(operation.result) if operation.standing == "done" else ""


def _print_rest(past: Past) -> None:
    waits = [
        f"{each.kind} `{each.name}` (key {each.key}, {each.source})"
        for each in past.operations
        if each.standing in ("under way", "sleeping")
    ]
    for title, found in (("waits for", waits), ("children under way", past.children), ("patches", past.patches)):
        if found:
            click.echo(f"\n{title}:" if title == "waits for" else f"{title}:")
            for each in found:
                click.echo(f"  {each}")
    if past.fork_at is not None:
        click.echo(f"\nto go on from here in a copy: holdfast workflows fork {past.id} --at {past.fork_at}")
