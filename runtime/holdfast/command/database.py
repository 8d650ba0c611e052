"""What the runtime's subcommands share: which database, and how its errors are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from holdfast.errors import HoldfastError

F = TypeVar("F", bound=Callable[..., Any])

_SCHEMA = click.option(
    "--schema", default="holdfast", show_default=True, help="The schema (Postgres) or table prefix (SQLite)."
)


def database_options(command: F) -> F:
    """Give `command` the options `--database` and `--schema`."""
    return _database("--database", help="The database, also from HOLDFAST_DATABASE_URL.")(_SCHEMA(command))


def reading_options(name: str, help: str) -> Callable[[F], F]:
    """Return what gives a command the same options where it only reads.

    Args:
        name: how such a command calls `--database`, besides that.
        help: what the database is for.
    """
    return lambda command: _database(name, "--database", help=help)(_SCHEMA(command))


def _database(*names: str, help: str) -> Callable[[F], F]:
    return click.option(
        *names,
        "database",
        envvar="HOLDFAST_DATABASE_URL",
        default="sqlite:///holdfast.db",
        show_default=True,
        metavar="URL",
        help=help,
    )


@contextmanager
def told() -> Iterator[None]:
    """Tell the errors that Holdfast raises on purpose as messages of the command line."""
    try:
        yield
    except (HoldfastError, ValueError) as error:
        raise click.ClickException(str(error)) from error
