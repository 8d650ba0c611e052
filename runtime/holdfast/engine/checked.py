"""`require_checked`: only code that `holdfast check` has seen, as the manifest says, is run; or a warning tells of other code."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

from holdfast.declare import Workflow
from holdfast.declare.version import fingerprint_of
from holdfast.errors import NotChecked
from holdfast_rules.fingerprint import Fingerprint
from holdfast_rules.manifest import DEFAULT_PATH, Manifest, ManifestUnit, UnusableManifest, decoded

_log = logging.getLogger("holdfast.engine")

RequireChecked = Literal["off", "warn", "raise"]
_MOST_NAMED: Final = 3
_REMEDY: Final = "check it and write the manifest anew: `holdfast check --write-manifest`"


class Checked:
    """Compares workflows to a manifest.

    Args:
        mode: `warn` logs what was not checked, `raise` refuses it.
        manifest: path of the manifest, or `package:name` for a file inside a package; None to look for
            `holdfast.manifest.json` in the working directory, and in and beside the packages of the workflows.
    """

    def __init__(self, mode: RequireChecked, manifest: str | os.PathLike[str] | None) -> None:
        self._mode = mode
        self._given = manifest
        self._manifest: Manifest | None = None
        self._path = ""
        self._problems: dict[int, str | None] = {}
        self._known: dict[int, Workflow[Any, Any]] = {}
        self._lock = threading.Lock()

    def require_all(self, workflows: Iterable[Workflow[Any, Any]]) -> None:
        """Compare every workflow.

        Raises:
            NotChecked: in mode `raise`, for all that were not checked at once; or there is no manifest to be read.
        """
        listed = list(workflows)
        if listed and self._manifest is None:
            self._manifest, self._path = _read(self._given, listed)
        problems = [problem for workflow in listed if (problem := self.problem(workflow)) is not None]
        if problems and self._mode == "raise":
            raise NotChecked("; ".join(problems) if len(problems) == 1 else "\n".join(("not checked:", *problems)))

    def require(self, workflow: Workflow[Any, Any]) -> None:
        """Compare one workflow, which may have been declared since the engine was launched.

        Raises:
            NotChecked: in mode `raise`, if it was not checked.
        """
        if id(workflow) not in self._problems:
            self.require_all([workflow])
        problem = self._problems[id(workflow)]
        if problem is not None and self._mode == "raise":
            raise NotChecked(problem)

    def refuses(self, workflow: Workflow[Any, Any]) -> bool:
        """Whether `require` would raise; what it would say is logged."""
        try:
            self.require(workflow)
        except NotChecked as error:
            _log.error("%s", error)
            return True
        return False

    def problem(self, workflow: Workflow[Any, Any]) -> str | None:
        """Return why a workflow does not count as checked, None if it does; log it once."""
        with self._lock:
            if id(workflow) not in self._problems:
                problem, doubt = self._judged(workflow)
                self._problems[id(workflow)] = problem
                self._known[id(workflow)] = workflow  # its id stays its own
                if problem is not None and self._mode == "warn":
                    _log.warning("%s", problem)
                elif doubt:
                    _log.warning("%s", doubt)
            return self._problems[id(workflow)]

    def _judged(self, workflow: Workflow[Any, Any]) -> tuple[str | None, str]:
        """Return what stands against a workflow, and what only leaves doubts."""
        assert self._manifest is not None
        manifest = f"the manifest `{self._path}`"
        units = [unit for unit in self._manifest.named(workflow.unit) if unit.engine == "holdfast"]
        if not units:
            return f"workflow `{workflow.name}` was never checked: it is not in {manifest}; {_REMEDY}", ""
        here = fingerprint_of(workflow.function)
        unit = next((unit for unit in units if unit.fingerprint == here.digest), None)
        if unit is None:
            # What is a folder of the project where it is checked may be an installed package where it runs.
            here = fingerprint_of(workflow.function, packages=self._manifest.packages)
            unit = next((unit for unit in units if unit.fingerprint == here.digest), None)
        if unit is None:
            checked = units[0]
            if not checked.fingerprint:
                return (
                    f"workflow `{workflow.name}` has no fingerprint in {manifest}: the Python that ran the check could not"
                    " read its code; run `holdfast check --write-manifest` with the Python that runs the workflow"
                ), ""
            return (
                f"workflow `{workflow.name}` is not the code that was checked: {manifest} has {checked.fingerprint}, here is"
                f" {here.digest}{_difference(checked, here)}; {_REMEDY}"
            ), ""
        if unit.verdict == "violated":
            codes = ", ".join(unit.codes)
            return (
                f"workflow `{workflow.name}` was checked and found to break {codes}, as {manifest} says; see"
                " `holdfast check`, mend it, and write the manifest anew: `holdfast check --write-manifest`"
            ), ""
        if unit.verdict == "unknown":
            return None, (
                f"workflow `{workflow.name}` was checked, but some of its calls could not be resolved, as {manifest} says;"
                " see `holdfast check --select unresolved-call`"
            )
        return None, ""


def _difference(checked: ManifestUnit, here: Fingerprint) -> str:
    """Say what differs between what was checked and what is here."""
    if not here.parts:
        return " (of its bytecode: there is no source here)"
    said = []
    same = checked.code.keys() & here.parts.keys()
    for names, word in (
        (sorted(name for name in same if checked.code[name] != here.parts[name]), "changed"),
        (sorted(here.parts.keys() - same), "new"),
        (sorted(checked.code.keys() - same), "gone"),
    ):
        if names:
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            said.append(f"{', '.join(f'`{name}`' for name in names[:_MOST_NAMED])}{more} {word}")
    return f" ({'; '.join(said)})" if said else ""


def _read(given: str | os.PathLike[str] | None, workflows: list[Workflow[Any, Any]]) -> tuple[Manifest, str]:
    """Return the manifest and the path that names it."""
    if given is None:
        looked = list(dict.fromkeys(_likely(workflows)))
        path = next((path for path in looked if path.is_file()), None)
        if path is None:
            folders = ", ".join(f"`{path.parent}`" for path in looked)
            raise NotChecked(
                f"there is no `{DEFAULT_PATH}` in {folders}; write it with `holdfast check --write-manifest`, or say where"
                " it is: `Engine(manifest=...)`"
            )
        return _decoded(path.read_bytes(), str(path)), str(path)
    named = os.fspath(given)
    package, colon, name = named.partition(":")
    try:
        if colon and all(part.isidentifier() for part in package.split(".")) and not os.path.exists(named):
            return _decoded(files(package).joinpath(name).read_bytes(), named), named
        return _decoded(Path(named).read_bytes(), named), named
    except (OSError, ModuleNotFoundError) as error:
        raise NotChecked(
            f"the manifest `{named}` cannot be read: {error}; write it with `holdfast check --write-manifest={named}`"
        ) from error


def _likely(workflows: list[Workflow[Any, Any]]) -> Iterable[Path]:
    yield Path.cwd() / DEFAULT_PATH
    for workflow in workflows:
        module = sys.modules.get(workflow.function.__module__.partition(".")[0])
        file = getattr(module, "__file__", None)
        if file is not None:
            yield Path(file).parent / DEFAULT_PATH
            yield Path(file).parent.parent / DEFAULT_PATH


def _decoded(data: bytes, path: str) -> Manifest:
    try:
        return decoded(data, path)
    except UnusableManifest as error:
        raise NotChecked(str(error)) from error
