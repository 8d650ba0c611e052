"""The progress of a long check, on standard error when that is a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds before progress appears: Nielsen's limit for a user's flow of thought (Usability Engineering, 1993, 5.5)."""


@contextmanager
def shown_progress(wanted: bool = True) -> Iterator[Callable[[str, int, int], None] | None]:
    """Give a callback `(phase, done, total)` that draws a bar once the check has run for a second; it vanishes at the end.

    Args:
        wanted: False for none at all; there is none either when standard error is no terminal.
    """
    if not wanted or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=None)
    began = time.monotonic()
    running = False

    def report(phase: str, done: int, total: int) -> None:
        nonlocal running
        if not running and time.monotonic() - began >= PATIENCE:
            bar.start()
            running = True
        if running:
            bar.update(task, description=phase, completed=done, total=total or None)

    try:
        yield report
    finally:
        if running:
            bar.stop()
