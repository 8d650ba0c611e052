"""The analyzer as a library: paths or text in, a plain report out."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from holdfast_analyzer.config import Settings, effective_settings
from holdfast_analyzer.deep_stack import on_deep_stack
from holdfast_analyzer.report import Report
from holdfast_rules.manifest import Manifest

if TYPE_CHECKING:
    from holdfast_analyzer.analysis import Analysis
    from holdfast_analyzer.call_graph import CallGraph
    from holdfast_analyzer.comparison import Base
    from holdfast_analyzer.explanation import Explanation


def analyze(
    paths: Sequence[str | Path],
    settings: Settings,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    given: Mapping[str, bytes] | None = None,
    base: "Base | None" = None,
    fixes: bool = False,
) -> Report:
    """Check files and folders.

    Args:
        paths: files and folders, relative to the working directory or absolute.
        settings: the effective settings.
        progress: called with what is being done, how much of it is done, and how much there is.
        given: path → content that a file has in place of the one on disk, such as an editor's buffer; such a file is
            checked too, and need not exist.
        base: what the durable operations of workflows are compared to (rule 601), or None.
        fixes: find out what would mend each finding.

    Returns:
        The report.

    Raises:
        UnusablePath: a path does not exist, or is neither a file nor a folder.
    """
    from holdfast_analyzer.analysis import Analysis
    from holdfast_analyzer.cache import Cache

    folder = Path(settings.root or ".") / settings.cache_dir if settings.cache_dir is not None else None
    named = [str(path) for path in paths]

    def run() -> Report:
        analysis = Analysis(settings, named, Cache.open(folder), progress, given, base=base)
        report = analysis.run()
        return _with_fixes(report, analysis) if fixes else report

    return on_deep_stack(run)


def _with_fixes(report: Report, analysis: "Analysis") -> Report:
    from holdfast_analyzer.fix.locate import with_fixes

    return msgspec.structs.replace(report, findings=with_fixes(report.findings, analysis))


def examine(
    paths: Sequence[str | Path],
    settings: Settings,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    given: Mapping[str, bytes] | None = None,
    base: "Base | None" = None,
    fixes: bool = False,
) -> tuple[Report, Manifest]:
    """Check files and folders, and say which code it was that was checked.

    Args:
        paths, settings, progress, given: as for `analyze`.
        base: what the durable operations of workflows are compared to, or None.
        fixes: find out what would mend each finding.

    Returns:
        The report and the manifest.

    Raises:
        UnusablePath: a path does not exist, or is neither a file nor a folder.
    """
    from holdfast_analyzer.analysis import Analysis
    from holdfast_analyzer.cache import Cache
    from holdfast_analyzer.fingerprints import UnitFingerprints
    from holdfast_analyzer.manifesting import manifest_of

    folder = Path(settings.root or ".") / settings.cache_dir if settings.cache_dir is not None else None
    named = [str(path) for path in paths]

    def run() -> tuple[Report, Manifest]:
        analysis = Analysis(settings, named, Cache.open(folder), progress, given, base=base, skeletons=True)
        report = analysis.run()
        fingerprints = UnitFingerprints(analysis.program, analysis.profiles)
        manifest = manifest_of(report, analysis.facts, fingerprints, lambda path: path_in(settings, path))
        if fixes:
            report = _with_fixes(report, analysis)
        return msgspec.structs.replace(report, errors=(*report.errors, *fingerprints.errors)), manifest

    return on_deep_stack(run)


def explain(
    path: str | Path,
    line: int,
    paths: Sequence[str | Path],
    settings: Settings,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    given: Mapping[str, bytes] | None = None,
) -> "Explanation":
    """Say why a line is workflow code, or is not.

    Args:
        path: the file, relative to the working directory or absolute.
        line: from 1.
        paths, settings, progress, given: as for `analyze`: where the workflows are.

    Returns:
        What the line is, and which workflows lead to it.

    Raises:
        NoSuchLine: the file cannot be read, or has no such line.
        UnusablePath: one of `paths` does not exist, or is neither a file nor a folder.
    """
    from holdfast_analyzer import explanation

    analysis = _mapping(paths, settings, progress, given)
    return on_deep_stack(lambda: explanation.explain(analysis, analysis.run(), str(path), line))


def graph(
    unit: str,
    paths: Sequence[str | Path],
    settings: Settings,
    *,
    inside_steps: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> "CallGraph":
    """Return the call graph of a workflow, with its durable operations.

    Args:
        unit: its id (`shop.orders:fulfil`), or the end of it.
        paths, settings, progress: as for `analyze`: where the workflow is.
        inside_steps: with what the bodies of steps call.

    Raises:
        NoSuchUnit: there is no such workflow, or there are several.
        UnusablePath: one of `paths` does not exist, or is neither a file nor a folder.
    """
    from holdfast_analyzer.call_graph import call_graph, unit_called

    analysis = _mapping(paths, settings, progress, None, skeletons=True)
    on_deep_stack(analysis.run)
    return call_graph(unit_called(unit, analysis.facts), inside_steps=inside_steps)


def _mapping(
    paths: Sequence[str | Path],
    settings: Settings,
    progress: Callable[[str, int, int], None] | None,
    given: Mapping[str, bytes] | None,
    *,
    skeletons: bool = False,
) -> "Analysis":
    """Return an analysis that will tell the functions that workflows reach."""
    from holdfast_analyzer.analysis import Analysis
    from holdfast_analyzer.cache import Cache

    folder = Path(settings.root or ".") / settings.cache_dir if settings.cache_dir is not None else None
    named = [str(path) for path in paths]
    return Analysis(settings, named, Cache.open(folder), progress, given, functions=True, skeletons=skeletons)


def path_in(settings: Settings, path: str) -> str:
    """Return a path relative to the project's root, with slashes; one that lies elsewhere as it is."""
    root = os.path.abspath(settings.root or ".")
    absolute = os.path.abspath(path)
    return os.path.relpath(absolute, root).replace(os.sep, "/") if absolute.startswith(os.path.join(root, "")) else path


def base_of_manifest(manifest: Manifest, settings: Settings, title: str) -> "Base":
    """Return the workflows that a manifest keeps, as `base` of `analyze` and `examine`.

    Args:
        manifest: of an earlier check.
        settings: of this one.
        title: how findings name it.
    """
    from holdfast_analyzer.comparison import Base

    root = settings.root or "."
    return Base.of_manifest(
        manifest, title, lambda path: os.path.relpath(os.path.join(root, path)).replace(os.sep, "/")
    )


def base_of_revision(paths: Sequence[str | Path], settings: Settings, revision: str) -> "Base":
    """Return the workflows that a git revision holds, as `base` of `analyze` and `examine`.

    Args:
        paths: the files and folders that are checked.
        settings: of the check.
        revision: anything that git understands; with `...` at its end the commit where the checkout parted from it.

    Raises:
        GitFailed: git cannot tell; the message says why.
    """
    from holdfast_analyzer import since

    return on_deep_stack(lambda: since.base_of_revision([str(path) for path in paths], settings, revision))


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
    source: str,
    *,
    path: str = "example.py",
    engines: Sequence[str] | None = None,
    select: Sequence[str] = (),
    base: str | None = None,
    fixes: bool = False,
) -> Report:
    """Check one text as if it were the content of a file.

    Args:
        source: the text of a module.
        path: how findings name it; modules that it imports are found from there.
        engines: names of the engines whose workflows are checked; None for all.
        select: rules that are on: codes, prefixes or names; empty for the defaults.
        base: the text before a change, which the durable operations of its workflows are compared to (rule 601).
        fixes: find out what would mend each finding.

    Returns:
        The report.
    """
    from holdfast_analyzer.analysis import Analysis
    from holdfast_analyzer.cache import Cache

    settings = Settings(engines=tuple(engines or ()), select=tuple(select), cache_dir=None)

    def run() -> Report:
        before = None
        if base is not None:
            from holdfast_analyzer import comparison

            then = Analysis(settings, [], Cache.open(None), skeletons=True)
            then.run_source(path, base)
            before = comparison.Base.of_facts(then.facts, "before", lambda path: path)
        analysis = Analysis(settings, [], Cache.open(None), base=before)
        report = analysis.run_source(path, source)
        return _with_fixes(report, analysis) if fixes else report

    return on_deep_stack(run)
