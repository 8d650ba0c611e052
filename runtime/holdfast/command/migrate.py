"""`holdfast migrate`: bring the database's schema up to date."""

from __future__ import annotations

import click

from holdfast.command.database import database_options, told
from holdfast.store import open_store


@click.command()
@database_options
@click.option("--print", "show", is_flag=True, help="Print the SQL of every migration instead of running it.")
def migrate(database: str, schema: str, show: bool) -> None:
    """Bring the database's schema up to date.

    Engines do so by themselves at launch, unless their role may not: then run this as the schema's owner.
    """
    with told():
        store = open_store(database, schema)
        if show:
            for version, sql in store.migrations():
                click.echo(f"-- migration {version}\n{sql}")
            return
        try:
            store.open()
            applied = store.migrate()
        finally:
            store.close()
    done = ", ".join(map(str, applied))
    click.echo(f"applied migration {done} to {store.label}" if applied else f"{store.label} is up to date")
