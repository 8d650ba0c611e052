"""`--since REV`: the workflows of a git revision, as a base to compare to."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from holdfast_analyzer.analysis import Analysis
from holdfast_analyzer.cache import Cache, tool_version
from holdfast_analyzer.comparison import Base
from holdfast_analyzer.config import Settings
from holdfast_analyzer.git import GitFailed, commit_of, files_at, is_shallow, merge_base, toplevel

SOURCES = (".py", ".pyw", "pyproject.toml", "setup.py", "setup.cfg")
"""What of a revision an analysis can look at: modules, and the files that say where a project's root is."""
KEPT = 8
"""Bases that are kept in the cache: of the revisions that were used last."""


def base_of_revision(paths: Sequence[str], settings: Settings, revision: str, title: str = "") -> Base:
    """Return the workflows that a revision holds, analysed with the settings of today.

    Args:
        paths: the files and folders that are checked, relative to the working directory or absolute.
        settings: of the check.
        revision: anything that git understands; with `...` at its end the commit where the checkout parted from it.
        title: how findings name the base; the revision unless given.

    Raises:
        GitFailed: there is no git, no checkout, no such revision, or a path lies outside of the checkout.
    """
    named = paths or ["."]
    first = os.path.realpath(named[0])
    top = toplevel(first if os.path.isdir(first) else os.path.dirname(first))
    root = os.path.realpath(settings.root or os.getcwd())
    if os.path.commonpath([root, top]) != top:
        root = top  # a project around several checkouts
    commit = _commit(top, revision)
    inside = [_below(top, path) for path in named]
    kept = _kept_at(settings, commit, inside)
    if kept is not None and kept.exists():
        try:
            found = msgspec.json.decode(kept.read_bytes(), type=Base)
            kept.touch()
            return msgspec.structs.replace(found, title=title or revision)
        except (OSError, msgspec.MsgspecError):
            pass  # damaged or written meanwhile: worked out anew, and written over
    base = _analysed(top, commit, inside, os.path.relpath(root, top), settings, title or revision)
    if kept is not None:
        _keep(kept, base)
    return base


def _commit(top: str, revision: str) -> str:
    try:
        return merge_base(top, revision.removesuffix("...")) if revision.endswith("...") else commit_of(top, revision)
    except GitFailed as error:
        if is_shallow(top):
            raise GitFailed(
                f"{error}; this clone is shallow, so that older commits may be missing: `git fetch --unshallow`, or"
                " `fetch-depth: 0` for actions/checkout"
            ) from error
        raise


def _below(top: str, path: str) -> str:
    """Return a path relative to the root of the checkout."""
    relative = os.path.relpath(os.path.realpath(path), top)
    if relative == ".." or relative.startswith(f"..{os.sep}"):
        raise GitFailed(f"`{path}` lies outside of the checkout `{top}`")
    return relative


def _analysed(top: str, commit: str, inside: Sequence[str], root: str, settings: Settings, title: str) -> Base:
    with tempfile.TemporaryDirectory(prefix="holdfast-since-") as folder:
        around = os.path.realpath(folder)
        # A checkout that is itself a package names its modules after its folder.
        tree = os.path.join(around, "then", os.path.basename(top) or "root")
        elsewhere = os.path.join(around, "elsewhere")
        # A folder of its own to be relative to, so that every path is absolute; a mark, so that the tree is a checkout.
        for made in (tree, elsewhere, os.path.join(tree, ".hg")):
            os.makedirs(made)
        for name, content in files_at(top, commit, SOURCES):
            target = os.path.join(tree, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            Path(target).write_bytes(content)
        paths = [path for part in inside if os.path.exists(path := os.path.normpath(os.path.join(tree, part)))]
        if not paths:
            return Base(title=title, units=())
        then = msgspec.structs.replace(
            settings,
            root=os.path.normpath(os.path.join(tree, root)),
            cache_dir=None,
            python_environment=_environment(settings),
        )
        here = os.path.realpath(os.getcwd())
        home = os.path.normpath(os.path.join(tree, os.path.relpath(here, top)))
        analysis = Analysis(then, paths, Cache.open(None), skeletons=True, directory=elsewhere, home=home)
        analysis.run()

        def shown(path: str) -> str:
            relative = os.path.relpath(path, tree)
            return os.path.relpath(os.path.join(top, relative), here).replace(os.sep, "/")

        return Base.of_facts(analysis.facts, title, shown)


def _environment(settings: Settings) -> str | None:
    """Return the environment of the checkout, absolute: the old tree holds none."""
    root = settings.root or os.getcwd()
    if settings.python_environment is not None:
        return os.path.join(root, settings.python_environment)
    found = (os.path.join(os.getcwd(), name) for name in (".venv", "venv"))
    return next((path for path in found if os.path.isdir(path)), None)


# Kept between runs: a commit never changes


def _kept_at(settings: Settings, commit: str, inside: Sequence[str]) -> Path | None:
    if settings.cache_dir is None:
        return None
    digest = hashlib.blake2b(digest_size=16)
    plain = msgspec.structs.replace(settings, jobs=None, min_severity=None, fail_on=None, baseline=None)
    parts = (commit, tool_version(), sys.implementation.cache_tag or "", os.getcwd(), *inside)
    digest.update("\0".join(parts).encode("utf-8", "surrogateescape"))
    digest.update(msgspec.json.encode(plain))
    return Path(settings.root or ".") / settings.cache_dir / "since" / f"{digest.hexdigest()}.json"


def _keep(path: Path, base: Base) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_bytes(msgspec.json.encode(base))
        partial.replace(path)
        others = sorted(path.parent.glob("*.json"), key=lambda other: other.stat().st_mtime, reverse=True)
        for old in others[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        pass  # the check itself says what is wrong with its cache
