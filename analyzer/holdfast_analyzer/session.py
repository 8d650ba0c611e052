"""Checks the same project again and again in one process, as an editor's server does."""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from holdfast_analyzer.analysis import Analysis
from holdfast_analyzer.cache import Cache
from holdfast_analyzer.config import Settings
from holdfast_analyzer.deep_stack import on_deep_stack
from holdfast_analyzer.fix.locate import with_fixes
from holdfast_analyzer.remembered import Remembered
from holdfast_analyzer.report import Report
from holdfast_rules.rule import Finding


class Obsolete(Exception):
    """A check was given up, since no one waits for its result any more."""


class _HeldCache(Cache):
    """A cache that is written when its owner says so, not at the end of each check."""

    def save(self) -> None:
        """Leave the disk alone."""

    def write(self) -> None:
        """Write what is new."""
        super().save()


class Session:
    """One project under one set of settings.

    What is known of the files stays in memory between checks, so that a check costs what has changed and one `stat` for every
    file. Facts of unsaved buffers reach the disk only if they outlive a check without buffers.

    Args:
        paths: absolute paths of the files and folders to check.
        settings: the effective settings. Without a cache folder one is made for the session.
    """

    def __init__(self, paths: Sequence[str], settings: Settings) -> None:
        self.settings = settings
        self._paths = list(paths)
        self._own_folder: str | None = None
        if settings.cache_dir is not None:
            self._folder = Path(settings.root or ".") / settings.cache_dir
        else:
            self._own_folder = tempfile.mkdtemp(prefix="holdfast-session-")
            self._folder = Path(self._own_folder)
        self._cache: _HeldCache | None = None
        self._has_checked = False
        self._last: Analysis | None = None
        self._remembered = Remembered()

    def check(self, given: Mapping[str, bytes], is_obsolete: Callable[[], bool] = lambda: False) -> Report:
        """Check the project.

        Args:
            given: absolute path → content of the files that differ from the disk.
            is_obsolete: asked now and then; once it says yes the check is given up.

        Returns:
            The report.

        Raises:
            Obsolete: the check was given up; what it has learnt is kept.
            UnusablePath: a path of the project is gone.
        """

        def progress(what: str, done: int, total: int) -> None:
            if is_obsolete():
                raise Obsolete(f"given up while {what}")

        def run() -> Report:
            cache = self._cache
            if cache is None:
                cache = self._cache = _HeldCache(self._folder)
            else:
                cache.begin_run()
            self._last = None
            analysis = Analysis(self.settings, self._paths, cache, progress, given, given_alone=False)
            self._remembered.begin_run()
            analysis.remembered = self._remembered
            report = analysis.run()
            self._last = analysis
            return report

        report = on_deep_stack(run)
        self._keep(is_unsaved=bool(given))
        return report

    def with_fixes(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return findings of the last check with their fixes; without, if a later check was given up.

        That is no part of a check: who else uses a function is asked of the whole project.
        """
        analysis = self._last
        if analysis is None:
            return tuple(findings)
        return on_deep_stack(lambda: with_fixes(findings, analysis))

    def _keep(self, *, is_unsaved: bool) -> None:
        """Write what the last check has learnt, or forget what only buffers of before have needed."""
        assert self._cache is not None
        if is_unsaved and self._has_checked:
            self._cache.drop_unused()
            return
        self._has_checked = True
        if self._cache.is_changed:
            self._cache.write()
            self._cache = None  # opened anew: what was written is read from the disk, and no longer takes memory

    def close(self) -> None:
        """Write what is new, and remove a cache folder that was made for the session."""
        if self._own_folder is not None:
            shutil.rmtree(self._own_folder, ignore_errors=True)
        elif self._cache is not None:
            self._cache.write()
        self._cache = None
        self._last = None


def is_below(path: str, folders: Sequence[str]) -> bool:
    """Tell whether an absolute path is one of some absolute folders, or lies in one."""
    return any(path == folder or path.startswith(os.path.join(folder, "")) for folder in folders)
