"""How the runtime's subcommands show records: tables for people, JSON for programs."""

from __future__ import annotations

import dataclasses
import os
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

if TYPE_CHECKING:
    from rich.table import Table

_UNBOUNDED: Final = 100_000
"""Columns: more than any row has."""


def table(*columns: str) -> Table:
    """Return an empty table; without a header when no column has a title."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, show_header=any(columns))
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def print_table(made: Table) -> None:
    """Print `made`, as wide as the terminal, in a pipe as wide as it is: a row stays a line that `grep` finds.

    What looks like markup in a value is the value's own.
    """
    from rich.console import Console

    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = console.measure(made, options=console.options.update(max_width=_UNBOUNDED)).maximum
    console.print(made)


def time_text(moment: datetime | None, *, precise: bool = False) -> str:
    """Return `moment` in the local time zone, to the second or (`precise`) the millisecond; "" for None."""
    if moment is None:
        return ""
    text = moment.astimezone().isoformat(" ", "milliseconds" if precise else "seconds")
    return text.replace("+00:00", "Z")  # a table of 80 columns has no room for more


def value_text(value: object) -> str:
    """Return a stored value or a recorded error in one line."""
    if isinstance(value, str):
        return value
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    try:
        return msgspec.json.encode(value, enc_hook=repr).decode()
    except (TypeError, ValueError):
        return repr(value)


def print_json(plain: Any) -> None:
    """Print plain data as indented JSON."""
    click.echo(msgspec.json.format(msgspec.json.encode(plain, enc_hook=repr)).decode())


def plain(record: Any) -> dict[str, Any]:
    """Return a record, a dataclass, as plain data: its error as type and message, its raw payload left out."""
    fields = {field.name: getattr(record, field.name) for field in dataclasses.fields(record) if field.name != "raw"}
    error = fields.get("error")
    if error is not None:
        fields["error"] = {"type": type(error).__name__, "message": str(error)}
    return fields
