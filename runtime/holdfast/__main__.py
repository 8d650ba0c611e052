"""The `holdfast` command: one table of subcommands, each imported only when it is run.

This is the one place above analyzer and runtime. It names them as text, so that `holdfast check` never imports a
database driver, a worker never imports a parser, and `holdfast --help` imports neither.
"""

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

CLEAN = 0
FINDINGS = 1
FAILED = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells report it

TRACEBACK_VARIABLE = "HOLDFAST_TRACEBACK"


class Subcommand(NamedTuple):
    """One entry of the table: the command's name, where it lives (`module:attribute`), and its one-line help."""

    name: str
    target: str
    help: str


SUBCOMMANDS = (
    Subcommand(
        "check", "holdfast_analyzer.command.check:check", "find what would break a replay, without running the code"
    ),
    Subcommand("units", "holdfast_analyzer.command.units:units", "list every workflow with its verdict"),
    Subcommand(
        "explain", "holdfast_analyzer.command.explain:explain", "say why a line is workflow code, or why it is not"
    ),
    Subcommand("graph", "holdfast_analyzer.command.graph:graph", "draw a workflow's calls and durable operations"),
    Subcommand("rule", "holdfast_analyzer.command.rule:rule", "explain a rule"),
    Subcommand(
        "config", "holdfast_analyzer.command.config:config", "show the settings that hold, or their JSON schema"
    ),
    Subcommand("lsp", "holdfast_analyzer.command.lsp:lsp", "serve an editor: findings as you type"),
    Subcommand("worker", "holdfast.command.worker:worker", "run the workflows of some modules"),
    Subcommand("workflows", "holdfast.command.workflows:workflows", "list, inspect, cancel, resume and fork workflows"),
    Subcommand("queues", "holdfast.command.queues:queues", "list, pause and resume queues, change their limits"),
    Subcommand(
        "schedules", "holdfast.command.schedules:schedules", "list, pause, resume, trigger and backfill schedules"
    ),
    Subcommand("versions", "holdfast.command.operations:versions", "show which versions have work, and who runs them"),
    Subcommand("metrics", "holdfast.command.metrics:metrics", "show the load, for people, programs and autoscalers"),
    Subcommand("prune", "holdfast.command.operations:prune", "delete workflows that ended long ago"),
    Subcommand("export", "holdfast.command.operations:export", "print everything recorded of a workflow as JSON"),
    Subcommand("import", "holdfast.command.operations:import_", "create workflows from what `export` has printed"),
    Subcommand("replay", "holdfast.command.replay:replay", "replay recorded histories against the code at hand"),
    Subcommand("verify", "holdfast.command.verify:verify", "compare what analysis proves with what run time sees"),
    Subcommand("debug", "holdfast.command.debug:debug", "replay one recorded workflow in a debugger"),
    Subcommand("completion", "holdfast.command.completion:completion", "print what makes a shell complete commands"),
    Subcommand("migrate", "holdfast.command.migrate:migrate", "bring the database's schema up to date"),
)


class SubcommandGroup(click.Group):
    """A click group over a table of subcommands; looking at the table imports none of them."""

    def __init__(self, *, table: Sequence[Subcommand] = SUBCOMMANDS, **options: object) -> None:
        """Take the `table`; `options` go to `click.Group`."""
        super().__init__(**options)  # type: ignore[arg-type]
        self._table = {entry.name: entry for entry in table}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the subcommands, in the table's order."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the subcommand `cmd_name`, or None when the table has none of that name."""
        entry = self._table.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"`{entry.target}` is no click command but {type(command).__name__}")
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["CompletionItem"]:
        """Return the subcommands and options that begin so, where click would import each subcommand to ask for its help."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=entry.help) for name, entry in self._table.items() if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table's own help lines, where click would import each subcommand to ask for them."""
        with formatter.section("Commands"):
            formatter.write_dl([(entry.name, entry.help) for entry in self._table.values()])


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"holdfast {version('holdfast')} (Python {sys.version.split()[0]})")
        ctx.exit()


@click.group(
    cls=SubcommandGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"Exit status: 0 clean, 1 findings, 2 usage or internal error ({TRACEBACK_VARIABLE}=1 shows where).",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
def holdfast() -> None:
    """Make Python workflows durable, and prove that they can be."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the `holdfast` command.

    Args:
        arguments: what stands after `holdfast` on the command line; None for the process's own.

    Returns:
        The exit status: 0 clean, 1 findings, 2 usage or internal error, 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        # `obj`: whether the process is the command's own and ends with it.
        status = holdfast.main(given, prog_name="holdfast", standalone_mode=False, obj=arguments is None)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        click.echo("holdfast: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`head`, `less`) has seen enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        _report_internal_error(error, given)
        return FAILED
    return status if isinstance(status, int) else CLEAN


def _report_internal_error(error: Exception, arguments: Sequence[str]) -> None:
    """Say on standard error what went wrong, where, and how to report it; the traceback only on demand."""
    if "--verbose" in arguments or os.environ.get(TRACEBACK_VARIABLE, "") not in ("", "0"):
        traceback.print_exception(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    said = str(error).strip().splitlines()
    text = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
    click.echo(f"holdfast: internal error{place}: {text}", err=True)
    click.echo(
        f"this is a bug in holdfast: please report it with the command and what {TRACEBACK_VARIABLE}=1 prints before it",
        err=True,
    )


if __name__ == "__main__":
    sys.exit(main())
