"""Fingerprints of workflows, read through the analyzer's own finder of modules; `holdfast_rules` says what they are."""

import os
from collections.abc import Iterable

from holdfast_analyzer.modules import resolve_relative
from holdfast_analyzer.program import Program
from holdfast_analyzer.report import FileError
from holdfast_rules.engines.profile import Profile
from holdfast_rules.facts import Unit
from holdfast_rules.fingerprint import HOLDFAST, Boundaries, Fingerprint, Fingerprints, Located, Unreadable


class FoundSources:
    """The modules of the program under analysis; the key of one is the path that findings use."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._finder = program.finder

    def locate(self, module: str, level: int, importer: str) -> Located | None:
        """Return the module that an import means, seen from the file `importer`."""
        this = self._finder.file(importer)
        name = resolve_relative(this.name, level, module, is_package=this.is_package)
        found = self._finder.find(name, importer, level)
        return self.file(found.path) if found is not None and found.path else None

    def file(self, path: str) -> Located:
        """Return a file as a module."""
        return Located(path, os.path.normpath(os.path.join(self._finder.directory, path)))

    def source(self, key: str) -> bytes | None:
        """Return the text of a file; None for a namespace package."""
        return self._program.read(key) if key.endswith((".py", ".pyw")) else None


class UnitFingerprints:
    """Fingerprints of the workflows of one check.

    Args:
        program: the files.
        profiles: the engines.

    Attributes:
        errors: what could not be read.
    """

    def __init__(self, program: Program, profiles: Iterable[Profile]) -> None:
        self.errors: list[FileError] = []
        self._sources = FoundSources(program)
        self._by_engine = {
            profile.name: Fingerprints(
                self._sources, HOLDFAST if profile.name == "holdfast" else Boundaries.of(profile)
            )
            for profile in profiles
        }

    def of(self, unit: Unit) -> Fingerprint | None:
        """Return the fingerprint of a workflow; None when the running Python cannot read its code."""
        try:
            return self._by_engine[unit.engine].of(
                self._sources.file(unit.path), unit.id.partition(":")[2].partition("#")[0], unit.line
            )
        except Unreadable as error:
            message = f"`{unit.id}` gets no fingerprint: {error}"
            self.errors.append(FileError(path=unit.path, line=unit.line, message=message))
            return None
