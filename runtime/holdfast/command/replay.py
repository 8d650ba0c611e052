"""`holdfast replay`: replay recorded histories against the code at hand, before it is deployed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from holdfast.command.database import reading_options, told
from holdfast.command.modules import codec_option, load_codec, load_workflows
from holdfast.command.moments import Moment, MomentParameter
from holdfast.command.replay_report import JsonReport, Report, TextReport
from holdfast.replay import held, named, pages, reading, replay_all
from holdfast.states import FINISHED, State
from holdfast.store import Selection

if TYPE_CHECKING:
    from holdfast.engine.core import Core
    from holdfast.guard import Guard
    from holdfast.store.port import Store
    from holdfast.store.records import Row

_PROGRESS: Final = 10.0
"""Seconds between two lines of progress where no terminal shows it."""
_EFFECTS: Final = frozenset({"DUR301", "DUR302", "DUR303", "DUR305", "DUR306", "DUR308", "DUR309"})
_UNFINISHED: Final = tuple(state for state in State if state not in FINISHED)


@click.command()
@click.argument("modules", nargs=-1, required=True, metavar="MODULE…")
@reading_options("--from-db", "The database with the histories, also from HOLDFAST_DATABASE_URL; a standby will do.")
@click.option(
    "--from-file",
    "files",
    multiple=True,
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
    metavar="FILE|FOLDER",
    help="What `holdfast export` has written (`-`: on standard input), or a folder with such `.json` files, instead of a"
    " database; repeatable.",
)
@codec_option
@click.option(
    "--since",
    type=MomentParameter(),
    default=None,
    metavar="TIME|DURATION",
    help="Only workflows that have begun since, or had not ended by then: `2026-11-22T03:00Z`, `12h`, `7d`.",
)
@click.option("--limit", type=click.IntRange(1), default=None, help="How many at most, the newest first.")
@click.option("--state", "states", multiple=True, type=click.Choice([str(each) for each in State]), help="Only these.")
@click.option("--unfinished", is_flag=True, help="Only those that have yet to go on: every state but the final ones.")
@click.option("--workflow", "names", multiple=True, metavar="NAME", help="Only of this function.")
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only this one.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="How many replay at once.")
@click.option(
    "--timeout",
    type=click.FloatRange(0.0, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds of one replay.",
)
@click.option(
    "--no-guard",
    is_flag=True,
    help="Let the code have effects: network, databases, files, processes, threads, signals.",
)
@click.option("--fail-fast", is_flag=True, help="Stop at the first that would be stuck.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def replay(
    modules: tuple[str, ...],
    database: str,
    schema: str,
    files: tuple[Path, ...],
    codec_name: str | None,
    since: Moment | None,
    limit: int | None,
    states: tuple[str, ...],
    unfinished: bool,
    names: tuple[str, ...],
    ids: tuple[str, ...],
    threads: int,
    timeout: float,
    no_guard: bool,
    fail_fast: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Replay the workflows of a database, or of files, against the code of the MODULEs, and tell which would get stuck.

    No step, transaction or child is run and nothing is written: the database is opened for reading only, and workflow
    code that would have an effect of its own is stopped before it has. Unfinished workflows are replayed up to the end of
    their record.

    Exit status: 0 when all can go on, 1 when one would be stuck, 2 when the histories or the code cannot be read.
    """
    if files and click.get_current_context().get_parameter_source("database") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("the histories come from a database or from files; give `--from-db` or `--from-file`")
    wanted = tuple(State(each) for each in states) + (_UNFINISHED if unfinished else ())
    report: Report = JsonReport() if as_json else TextReport()
    exports = list(_read(files))
    with told(), _set_apart():
        load_workflows(modules)
        codec = load_codec(codec_name)

        def connect() -> AbstractContextManager[Core]:
            return nullcontext(core) if files else reading(database, schema, codec)

        with held(exports, codec) if files else connect() as core:
            moment = None if since is None else since.at(core.store.now())
            rows = _rows(core.store, ids, names, Selection(states=wanted or None, open_since=moment), limit)
            with _progress(quiet) as show:
                guard = None if no_guard else _guard()
                for verdict in replay_all(connect, rows, threads=threads, timeout=timeout, guard=guard):
                    report.add(verdict)
                    show(report.progress())
                    if fail_fast and verdict.fails:
                        break
    report.close()
    return 1 if report.failed else 0


def _read(files: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file."""
    for given in files:
        found = sorted(given.glob("*.json")) if given.is_dir() else [given]
        if not found:
            raise click.ClickException(
                f"there is no `.json` file in {given}; `holdfast export ID --output FILE` writes one"
            )
        for file in found:
            try:
                with click.open_file(str(file), encoding="utf-8") as opened:
                    yield str(file), opened.read()
            except (OSError, UnicodeDecodeError) as error:
                raise click.ClickException(f"{file} cannot be read: {error}") from error


def _rows(
    store: Store, ids: tuple[str, ...], names: tuple[str, ...], selection: Selection, limit: int | None
) -> Iterator[Row]:
    if ids:
        yield from named(store, ids)
        return
    for name in names or (None,):
        selection.name = name
        for row in pages(store, selection, limit):
            yield row
            limit = None if limit is None else limit - 1


def _guard() -> Guard:
    """Return a guard against effects; what else the code does has no harm in a replay, which compares what comes of it."""
    from holdfast.guard import Guard
    from holdfast.guard.settings import settings_of

    settings = settings_of(Path.cwd())
    return Guard("raise", settings=replace(settings, codes=settings.codes & _EFFECTS))


@contextmanager
def _set_apart() -> Iterator[None]:
    """Keep the code under replay from the terminal: what it prints would be no part of the report, and it may ask nothing."""
    stdin = sys.stdin
    with open(os.devnull) as nothing, open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin = stdin


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Give what shows how far it is: on a terminal in one line that changes, elsewhere in a line now and then."""
    if quiet:
        yield lambda text: None
    elif sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status("replaying") as status:
            yield status.update
    else:
        yield _Now().show


class _Now:
    """Shows a line of progress now and then."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def show(self, text: str) -> None:
        if time.monotonic() - self._last >= _PROGRESS:
            self._last = time.monotonic()
            click.echo(text, err=True)
