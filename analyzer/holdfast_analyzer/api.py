"""The analyzer as a library: paths or text in, a plain report out."""

import gc
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from holdfast_analyzer.config import Settings, effective_settings
from holdfast_analyzer.report import Report

T = TypeVar("T")

STACK = 512 * 1024 * 1024
"""Bytes of stack for the thread that analyses: address space, of which only what is used costs memory."""
RECURSION = 40_000
"""Python frames that the analysing thread may stack up; far less than `STACK` holds."""


def analyze(
    paths: Sequence[str | Path],
    settings: Settings,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    given: Mapping[str, bytes] | None = None,
) -> Report:
    """Check files and folders.

    Args:
        paths: files and folders, relative to the working directory or absolute.
        settings: the effective settings.
        progress: called with what is being done, how much of it is done, and how much there is.
        given: path → content that a file has in place of the one on disk, such as an editor's buffer; such a file is
            checked too, and need not exist.

    Returns:
        The report.

    Raises:
        UnusablePath: a path does not exist, or is neither a file nor a folder.
    """
    from holdfast_analyzer.analysis import Analysis
    from holdfast_analyzer.cache import Cache

    folder = Path(settings.root or ".") / settings.cache_dir if settings.cache_dir is not None else None
    named = [str(path) for path in paths]
    return on_deep_stack(lambda: Analysis(settings, named, Cache.open(folder), progress, given).run())


def check_paths(paths: Sequence[str | Path] = (".",), **options: Any) -> Report:
    """Check files and folders with the settings of the project that they lie in.

    Args:
        paths: files and folders.
        **options: settings that replace the project's: any field of `Settings`, such as `select=("DUR1",)`.

    Returns:
        The report.

    Raises:
        ConfigError: `[tool.holdfast]` cannot be used.
        UnusablePath: a path does not exist.
    """
    found = effective_settings([Path(path) for path in paths]).settings
    return analyze(paths, msgspec.structs.replace(found, **options))


def check_source(
    source: str, *, path: str = "example.py", engines: Sequence[str] | None = None, select: Sequence[str] = ()
) -> Report:
    """Check one text as if it were the content of a file.

    Args:
        source: the text of a module.
        path: how findings name it; modules that it imports are found from there.
        engines: names of the engines whose workflows are checked; None for all.
        select: rules that are on: codes, prefixes or names; empty for the defaults.

    Returns:
        The report.
    """
    from holdfast_analyzer.analysis import Analysis
    from holdfast_analyzer.cache import Cache

    settings = Settings(engines=tuple(engines or ()), select=tuple(select), cache_dir=None)
    return on_deep_stack(lambda: Analysis(settings, [], Cache.open(None)).run_source(path, source))


def on_deep_stack(work: Callable[[], T]) -> T:
    """Run `work` in a thread with a stack that deeply nested code does not exhaust; return or raise what it does."""
    result: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # handed to the caller's thread
            failure.append(error)

    limit = sys.getrecursionlimit()
    size = threading.stack_size(STACK)
    # Trees, values and summaries live as long as the analysis: collections find nothing and cost a twentieth.
    collecting = gc.isenabled()
    gc.disable()
    try:
        sys.setrecursionlimit(max(limit, RECURSION))
        thread = threading.Thread(target=run, name="holdfast-analysis", daemon=True)
        thread.start()
    finally:
        threading.stack_size(size)
    try:
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()
    if failure:
        raise failure[0]
    return result[0]
