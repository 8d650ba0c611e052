"""Facts of workflows kept between runs: valid as long as no file that the evaluation could look at has changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from holdfast_analyzer.cache import Cache
from holdfast_analyzer.remembered import Remembered
from holdfast_analyzer.report import FileError
from holdfast_rules import facts as vocabulary
from holdfast_rules.engines.profile import Profile
from holdfast_rules.facts import Fact, ReachedFunction, Unit, UnitFacts
from holdfast_rules.skeleton import Line

if TYPE_CHECKING:
    from holdfast_analyzer.program import Program

KINDS: dict[str, type[Fact]] = {
    name: kind
    for name, kind in vars(vocabulary).items()
    if isinstance(kind, type) and issubclass(kind, Fact) and kind is not Fact
}


class StoredUnit(Struct, array_like=True):
    """A unit's facts, each with the name of its kind."""

    unit: Unit
    profile: str
    calls: int
    resolved: int
    facts: list[tuple[str, msgspec.Raw]]
    name: str = ""
    version: str = ""
    skeleton: tuple[Line, ...] = ()
    functions: tuple[ReachedFunction, ...] = ()


class StoredFile(Struct, array_like=True):
    """The units of one file, what they depend on, and what could not be read on the way.

    Attributes:
        lookups: importer, module, level and path ("" for none) of the imports that lead out of the checked files.
        depends: path and digest of every file that the evaluation could have looked at.
    """

    lookups: list[tuple[str, str, int, str]]
    depends: list[tuple[str, bytes]]
    units: list[StoredUnit]
    errors: list[FileError]


class StoredFacts:
    """Loads and saves the facts of files.

    Args:
        cache: where they lie.
        program: knows which files an evaluation looked at.
        files: the files that are checked.
        key: digest of settings, the set of files and the environment.
        profiles: by name.
        remembered: what an earlier check in this process has decoded.
    """

    def __init__(
        self,
        cache: Cache,
        program: "Program",
        files: Iterable[str],
        key: bytes,
        profiles: Mapping[str, Profile],
        remembered: Remembered | None = None,
    ) -> None:
        self._remembered = remembered
        self._cache = cache
        self._program = program
        self._files = frozenset(files)
        self._key = key
        self._profiles = profiles
        self._decoder = msgspec.msgpack.Decoder(StoredFile)

    def load(self, path: str) -> Sequence[UnitFacts] | None:
        """Return the facts of a file's units, or None if they must be worked out."""
        blob = self._cache.get("units", self._key_of(path))
        if blob is None:
            return None
        try:
            stored = self._decoder.decode(blob)
            # Where an import leads is asked first: a file that is gone cannot be read for its digest.
            if any(self._led_to(importer, name, level) != found for importer, name, level, found in stored.lookups):
                return None
            if any(self._digest(name) != digest for name, digest in stored.depends):
                return None
            units = self._remembered.units(blob) if self._remembered is not None else None
            if units is None:
                units = [self._unit(unit) for unit in stored.units]
                if self._remembered is not None:
                    self._remembered.keep(blob, units)
        except (msgspec.MsgspecError, KeyError):
            # Written by another version: worked out anew, and written over.
            return None
        for error in stored.errors:
            self._program.errors.setdefault((error.path, error.line), error)
        return units

    def save(self, path: str, units: Sequence[UnitFacts]) -> None:
        """Keep the facts of a file's units."""
        depends = self._program.closure(path)
        stored = StoredFile(
            # Those among the checked files are part of the key.
            [lookup for lookup in self._program.lookups(path) if lookup[3] not in self._files],
            [(name, self._digest(name)) for name in depends],
            [
                StoredUnit(
                    unit.unit,
                    unit.profile.name,
                    unit.calls,
                    unit.resolved,
                    [(type(fact).__name__, msgspec.Raw(msgspec.msgpack.encode(fact))) for fact in unit.facts],
                    unit.name,
                    unit.version,
                    unit.skeleton,
                    unit.functions,
                )
                for unit in units
            ],
            [error for error in self._program.errors.values() if error.path in depends],
        )
        self._cache.put("units", self._key_of(path), msgspec.msgpack.encode(stored))

    def _unit(self, stored: StoredUnit) -> UnitFacts:
        found = tuple(msgspec.msgpack.decode(raw, type=KINDS[kind]) for kind, raw in stored.facts)
        return UnitFacts(
            unit=stored.unit,
            profile=self._profiles[stored.profile],
            facts=found,
            calls=stored.calls,
            resolved=stored.resolved,
            name=stored.name,
            version=stored.version,
            skeleton=stored.skeleton,
            functions=stored.functions,
        )

    def _key_of(self, path: str) -> bytes:
        return self._key + self._digest(path) + path.encode("utf-8", "surrogateescape")

    def _led_to(self, importer: str, module: str, level: int) -> str:
        found = self._program.finder.find(module, importer, level)
        return found.path if found is not None else ""

    def _digest(self, path: str) -> bytes:
        return self._cache.digest(path, lambda: self._program.read(path))
