"""Which workflows a bulk command is about: by id, or by filters that are shown and confirmed first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import click

from holdfast.command.moments import Moment, MomentParameter
from holdfast.engine.client import Client
from holdfast.states import OPEN, State

F = TypeVar("F", bound=Callable[..., Any])

CANCELLABLE: Final = tuple(sorted(OPEN | {State.STUCK}))
RESUMABLE: Final = (State.STUCK, State.FAILED)
_SHOWN: Final = 10

_OPTIONS: Final = (
    click.option("--all", "everything", is_flag=True, help="Every workflow that fits, instead of IDs."),
    click.option(
        "--state", "states", multiple=True, type=click.Choice([str(each) for each in State]), help="Only these."
    ),
    click.option("--name", default=None, help="Only of this function."),
    click.option("--version", default=None, help="Only of this version."),
    click.option("--queue", default=None, help="Only of this queue."),
    click.option("--prefix", default=None, help="Only with ids that begin so."),
    click.option("--parent", default=None, help="Only children of this workflow."),
    click.option(
        "--older-than", type=MomentParameter(), metavar="MOMENT", help="Only started so long ago (30m, 7d), or before."
    ),
    click.option("--dry-run", is_flag=True, help="Only say which."),
    click.option("--yes", "-y", is_flag=True, help="Do not ask."),
)


def filter_options(command: F) -> F:
    """Give `command` the filters."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def moment_of(client: Client, moment: Moment) -> datetime:
    """Return `moment` by the clock of the client's database."""
    return datetime.fromtimestamp(moment.at(client._core.store.now()), UTC)


def chosen(
    client: Client,
    verb: str,
    ids: Sequence[str],
    default: Sequence[State],
    *,
    everything: bool,
    states: tuple[str, ...],
    name: str | None,
    version: str | None,
    queue: str | None,
    prefix: str | None,
    parent: str | None,
    older_than: Moment | None,
    dry_run: bool,
    yes: bool,
) -> Sequence[str]:
    """Return the ids that a command is about, confirmed; none after `--dry-run`.

    Args:
        client: asks the database.
        verb: what will be done to them.
        ids: those that were given.
        default: the states that are meant without `--state`.
    """
    filters: dict[str, Any] = {"name": name, "version": version, "queue": queue, "prefix": prefix, "parent": parent}
    filtered = everything or bool(states) or older_than is not None or any(filters.values())
    if bool(ids) == filtered:
        raise click.UsageError(f"say which workflows to {verb}: give their IDs, or filters, or `--all`")
    if ids:
        found = list(ids)
    else:
        before = None if older_than is None else moment_of(client, older_than)
        found = list(client.matching(state=states or default, older_than=before, **filters))
    if dry_run:
        for id in found:
            click.echo(f"would {verb} {id}")
        return []
    if filtered and found and not yes:
        shown = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
        click.confirm(f"{verb} {len(found)} workflow(s): {shown}?", abort=True, err=True)
    if filtered and not found:
        click.echo(f"no workflow fits, so there is none to {verb}", err=True)
    return found
