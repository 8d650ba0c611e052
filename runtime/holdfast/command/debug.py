"""`holdfast debug`: replay one recorded workflow in a debugger."""

from __future__ import annotations

import re
import sys

import click

from holdfast.command.database import reading_options, told
from holdfast.command.modules import codec_option, load_codec, load_workflows
from holdfast.debugging import Session, debugger_named
from holdfast.declare import workflow_named
from holdfast.replay import Outcome, named, reading


@click.command()
@click.argument("id")
@click.argument("modules", nargs=-1, metavar="[MODULE…]")
@reading_options("--db", "The database, also from HOLDFAST_DATABASE_URL; it is only read.")
@codec_option
@click.option("--at", default=None, metavar="KEY", help="Stop at this operation, not at the workflow's first line.")
@click.option(
    "--debugger",
    type=click.Choice(["pdb", "debugpy", "breakpoint"]),
    default="pdb",
    show_default=True,
    help="`breakpoint` is what PYTHONBREAKPOINT names.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=5678, show_default=True, help="Where debugpy listens.")
def debug(
    id: str,
    modules: tuple[str, ...],
    database: str,
    schema: str,
    codec_name: str | None,
    at: str | None,
    debugger: str,
    port: int,
) -> int:
    """Replay the workflow ID in a debugger, with the results that are recorded.

    No step, transaction or child is run, and nothing is written. The MODULEs declare it, as for `holdfast worker`;
    without one, the module that its name begins with is imported.

    It stops at the workflow's first line (or at the operation KEY, see `holdfast workflows history`), where the code
    differs from the record, and where the record ends. The frames of Holdfast itself are stepped over.

    Exit status: 0 when the code does what is recorded, 1 when it differs, 2 when there is nothing to debug.
    """
    with told(), reading(database, schema, load_codec(codec_name)) as core:
        row = named(core.store, [id])[0]
        load_workflows(modules or _guessed(row.name))
        workflow = workflow_named(row.name)
        if workflow is None:
            raise click.ClickException(f"the code of `{row.name}` is not at hand; name the module that declares it")
        if at is not None and not re.fullmatch(r"\d+(\.\d+)*", at):
            raise click.ClickException(
                f"`--at {at}` is no key of an operation; `holdfast workflows history` shows them"
            )
        session = Session(workflow, debugger_named(debugger, port), at, _say)
        verdict = session.run(core, row)
    if session.quit:
        return 0
    if at is not None and not session.reached_at:
        _say(f"the code never came to operation {at}")
        return 2
    if verdict.outcome is Outcome.OK:
        _say("the code does what is recorded")
    return 0 if verdict.outcome is Outcome.OK else 1


def _guessed(name: str) -> tuple[str, ...]:
    """Return the module of a workflow that has its default name, `module.function`."""
    module = name.rpartition(".")[0]
    if not module:
        raise click.ClickException(f"name the module that declares `{name}`: `holdfast debug ID MODULE`")
    return (module,)


def _say(text: str) -> None:
    print(f"> {text}", file=sys.stdout, flush=True)
