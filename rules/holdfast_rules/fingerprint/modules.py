"""The modules that fingerprints read: where they come from, which of them are the project's own, and what they bind."""

from __future__ import annotations

import ast
import os
import sysconfig
from collections.abc import Collection
from functools import cached_property
from typing import Final, NamedTuple, Protocol

from holdfast_rules.fingerprint.scope import Scope, scope_of

_STDLIB: Final = tuple({os.path.join(sysconfig.get_paths()[name], "") for name in ("stdlib", "platstdlib")})
_INSTALLED: Final = ("site-packages", "dist-packages")


class Located(NamedTuple):
    """A module that was found.

    Attributes:
        key: names it to the `Sources` that found it.
        path: its file, absolute; of a namespace package its folder; "" when it has none.
    """

    key: str
    path: str


class Sources(Protocol):
    """What a fingerprint asks of whoever has the modules: the analyzer's finder, or the running interpreter."""

    def locate(self, module: str, level: int, importer: str) -> Located | None:
        """Return the module that an import means.

        Args:
            module: dotted name as written, without leading dots.
            level: how many leading dots there are.
            importer: key of the importing module.
        """

    def source(self, key: str) -> bytes | None:
        """Return the text of a module, encoded as its file is; None when there is none."""


class Module:
    """One module of the project.

    Attributes:
        key: as its `Sources` name it.
        path: its file.
        name: dotted name, counted from the folder above its outermost package, whatever the path of imports says; so it
            is the same for an analyzer that sees a checkout and a worker that runs a wheel.
        tree: its syntax tree; empty for a namespace package.
    """

    def __init__(self, located: Located, source: bytes | None) -> None:
        """Take a module's text.

        Raises:
            SyntaxError: this Python cannot read it.
            ValueError: it holds NUL, or its encoding is unknown.
            RecursionError, MemoryError: it nests too deeply.
        """
        self.key = located.key
        self.path = located.path
        self._walruses = source is not None and b":=" in source
        self.tree = ast.parse(source) if source is not None else ast.Module([], [])

    @cached_property
    def name(self) -> str:
        """The dotted name, by the packages around the file."""
        folder, file = os.path.split(self.path)
        stem = os.path.splitext(file)[0]
        parts = [] if stem in ("__init__", "__main__") else [stem]
        while os.path.exists(os.path.join(folder, "__init__.py")):
            folder, package = os.path.split(folder)
            parts.insert(0, package)
        return ".".join(parts) or stem

    @cached_property
    def scope(self) -> Scope:
        """What the module binds."""
        return scope_of(self.tree, walruses=self._walruses)


def installation_of(path: str) -> str:
    """Return the installed package (or module) that a file belongs to, as a path; "" for a file of a project."""
    parts = path.replace(os.sep, "/").split("/")
    for number in range(len(parts) - 2, 0, -1):
        if parts[number] in _INSTALLED:
            return "/".join(parts[: number + 1]) + "/" + parts[number + 1].removesuffix(".py")
    return ""


def is_own(path: str, home: str, packages: Collection[str] = ()) -> bool:
    """Tell whether code counts: it is no standard library and not installed, unless it is the workflow's own package.

    Args:
        path: the module's file.
        home: `installation_of` the workflow's file.
        packages: names of installed packages that count, too.
    """
    if not path:
        return False
    installation = installation_of(path)
    if installation:
        return installation == home or installation.rpartition("/")[2] in packages
    return not path.startswith(_STDLIB)
