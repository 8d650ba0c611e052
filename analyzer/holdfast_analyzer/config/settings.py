"""The settings of a check, typed, with their defaults."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

from holdfast_rules.effect import Effect
from holdfast_rules.engines.profile import Profile
from holdfast_rules.rule import Severity

DEFAULT_EXCLUDE = (
    ".bzr",
    ".eggs",
    ".git",
    ".hg",
    ".holdfast_cache",
    ".hypothesis",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pytest_cache",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
"""Folders that hold no code of the project itself."""

DEFAULT_CACHE = ".holdfast_cache"


class FailOn(StrEnum):
    """The least severity for which a check fails."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


class Settings(Struct, frozen=True, kw_only=True, rename="kebab"):
    """All that decides what a check reads and reports. Every field but `root` is a key of `[tool.holdfast]`, in kebab-case.

    Attributes:
        select: the rules that are on: codes, their prefixes (`DUR1`) or names; empty for those that are on by default.
        ignore: rules that are off, by the same forms; the longer prefix wins, and `ignore` wins a tie.
        extend_select: rules that are on besides `select`.
        engines: names of the engines whose workflows are checked; empty for all.
        exclude: names or glob patterns, relative to `root`, of files and folders that are not read.
        extend_exclude: the same, besides `exclude`.
        include: glob patterns of the files that are read in a folder. A file that is named itself is always read.
        src: folders, relative to `root`, from which modules are imported.
        per_file_ignores: glob pattern, relative to `root` → rules that are off in the files that match.
        severity: rule → the severity of its findings, whatever the rule itself says.
        trusted: dotted names of functions, or `pkg.*`, whose authors vouch for them: taken as deterministic, not entered.
        effects: kind of hazard → dotted names of the project's own, `*` at the end for any further name.
        engine: profiles of engines that only this project knows.
        plugins: whether the rules, engines and hazards of installed plugins count.
        min_severity: the least severity that is reported; None for warnings and up in text, and everything in JSON.
        fail_on: the least severity for which the exit status is 1; None for everything that is reported in text.
        baseline: the file, relative to `root`, with the findings that are known and no news; None for none.
        cache_dir: the folder, relative to `root`, in which facts are cached; None for no cache.
        jobs: how many processes; None for as many as the machine has cores.
        python_environment: the folder of the virtual environment, relative to `root`, with the installed packages that
            workflow code uses; None for `.venv` or `venv` below `root`, else the environment that runs the check.
        root: the absolute path of the project's folder; "" for the working directory.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ("*.py", "*.pyw")
    src: tuple[str, ...] = (".", "src")
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    trusted: tuple[str, ...] = ()
    effects: Mapping[Effect, tuple[str, ...]] = field(default_factory=dict)
    engine: tuple[Profile, ...] = ()
    plugins: bool = True
    min_severity: Severity | None = None
    fail_on: FailOn | None = None
    baseline: str | None = None
    cache_dir: str | None = DEFAULT_CACHE
    jobs: Annotated[int, Meta(ge=1)] | None = None
    python_environment: str | None = None
    root: str = ""
