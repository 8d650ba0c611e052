"""`holdfast worker`: run the workflows of some modules until told to stop."""

from __future__ import annotations

import logging
import time
from typing import Final

import click

from holdfast.command.database import database_options, told
from holdfast.command.modules import load_workflows
from holdfast.declare import registered
from holdfast.engine.engine import Engine

_LOOK: Final = 0.5
"""Seconds between looks whether anything is left to do."""
_LOOKS: Final = 2


@click.command()
@click.argument("modules", nargs=-1, required=True, metavar="MODULE…")
@database_options
@click.option("--concurrency", default=256, show_default=True, help="How many workflows run here at once.")
@click.option("--executor", default=None, help="A name of this worker for people to read.")
@click.option("--lease", default=10.0, show_default=True, help="Seconds of silence after which others take over.")
@click.option("--drain", default=10.0, show_default=True, help="Seconds to wait for running steps at the end.")
@click.option(
    "--queue", "queues", multiple=True, metavar="NAME", help="Only this queue (`default` is one); repeatable."
)
@click.option("--any-version", is_flag=True, help="Also run workflows that another version of their code began.")
@click.option(
    "--until-idle",
    is_flag=True,
    help="End once nothing is left that this worker could run now; what waits in paused queues does not count.",
)
@click.option("--no-migrate", is_flag=True, help="Require an up-to-date schema instead of migrating it.")
def worker(
    modules: tuple[str, ...],
    database: str,
    schema: str,
    concurrency: int,
    executor: str | None,
    lease: float,
    drain: float,
    queues: tuple[str, ...],
    any_version: bool,
    until_idle: bool,
    no_migrate: bool,
) -> None:
    """Run the workflows that the MODULEs declare, until SIGTERM or Ctrl-C; then hand back what is unfinished."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    load_workflows(modules)
    with told():
        engine = Engine(
            database,
            schema=schema,
            concurrency=concurrency,
            executor=executor,
            lease=lease,
            drain=drain,
            any_version=any_version,
            queues=queues or None,
            migrate=not no_migrate,
        )
        with engine:
            click.echo(f"worker {engine.executor} runs {len(registered())} workflow(s) on {engine.url}", err=True)
            try:
                idle = 0
                # Two looks in a row must find nothing: what is found by one may be queued by what has just ended.
                while not until_idle or idle < _LOOKS:
                    time.sleep(_LOOK)  # a signal that comes right before a wait begins is seen after it
                    idle = idle + 1 if until_idle and engine._core.code.is_idle() else 0
                click.echo(f"worker is idle{_held(engine)}", err=True)
            except (KeyboardInterrupt, SystemExit):
                click.echo("worker drains", err=True)


def _held(engine: Engine) -> str:
    """Return in words what it leaves because a queue is paused."""
    held: dict[str, int] = {}
    for each in engine._core.code.waiting():
        if each.held:
            held[each.queue] = held.get(each.queue, 0) + each.count
    if not held:
        return ""
    return "; in paused queues wait " + ", ".join(f"{count} workflow(s) of {queue!r}" for queue, count in held.items())
