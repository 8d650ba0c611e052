"""`--watch`: checks again whenever a file changes that may change the result."""

import os
import queue
import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

import click

from holdfast_analyzer.render.style import safe

WATCHED = (".py", ".pyw", ".pyi")
CHANGES = frozenset({"created", "modified", "moved", "deleted"})
PAUSE = 0.1
"""Seconds without a further change after which a check begins: saving all files is one change."""
MOST_NAMED = 3


def watch(root: str, also: Iterable[str], check: Callable[[], object]) -> NoReturn:
    """Check, and again after each change, until it is interrupted.

    Args:
        root: the absolute folder of the project: code that is called may lie outside of what is checked.
        also: absolute paths of further files whose change counts, such as the baseline.
        check: does it; what it raises of click's exceptions is shown, and mended files are checked again.

    Raises:
        click.UsageError: what it needs is not installed, or the system refuses to watch so many folders.
        KeyboardInterrupt: the user has seen enough.
    """
    try:
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer
    except ModuleNotFoundError as error:
        raise click.UsageError(
            "`--watch` needs `watchdog`, which is not installed: `pip install 'holdfast[watch]'`"
        ) from error
    names = frozenset({os.path.join(root, "pyproject.toml"), *also})
    changes: queue.Queue[str] = queue.Queue()

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if event.event_type in CHANGES and not event.is_directory:
                for path in filter(None, map(os.fsdecode, (event.src_path, event.dest_path))):
                    if path.endswith(WATCHED) or path in names:
                        changes.put(path)

    observer = Observer()
    observer.schedule(Handler(), root, recursive=True)
    try:
        observer.start()
    except OSError as error:
        raise click.UsageError(f"cannot watch `{root}`: {(error.strerror or str(error)).lower()}") from error
    # It is at work before the first check, so that no change falls between the two.
    _check_once(root, [], check)
    while True:
        _check_once(root, _settled(changes), check)


def _settled(changes: "queue.Queue[str]") -> list[str]:
    """Wait for a change, and until no further one comes for a while; return the paths that changed, sorted."""
    found = {changes.get()}
    while True:
        try:
            found.add(changes.get(timeout=PAUSE))
        except queue.Empty:
            return sorted(found)


def _check_once(root: str, changed: list[str], check: Callable[[], object]) -> None:
    click.clear()  # which leaves alone what is no terminal
    if changed:
        named = ", ".join(safe(os.path.relpath(path, root)) for path in changed[:MOST_NAMED])
        more = f" and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
        click.echo(f"changed: {named}{more}", err=True)
    try:
        check()
    except click.ClickException as error:
        error.show()  # settings that cannot be used, for one: mending them is a change
    except click.exceptions.Exit:
        pass  # the status of one check, which goes on
    sys.stdout.flush()
    click.echo(f"watching `{root}`; Ctrl-C ends", err=True)
