"""Files that use decorators of a project's own that apply an engine's: told by their bytes, before any is read as Python."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from holdfast_analyzer.discover import EnginePrefilter, decoration, own_decorators
from holdfast_analyzer.program import Program
from holdfast_rules.engines.profile import Profile


class Wrapped(NamedTuple):
    """Which files use such decorators.

    Attributes:
        files: their paths, of those that name no engine themselves.
        engines: the names of the engines whose decorators are applied.
    """

    files: frozenset[str] = frozenset()
    engines: frozenset[str] = frozenset()


class Wrappers:
    """Finds such decorators, and who uses them.

    Args:
        program: reads the files; what was found in one is kept in its cache.
        profiles: the engines.
        files: the paths of all files of the check.
    """

    def __init__(self, program: Program, profiles: Sequence[Profile], files: Sequence[str]) -> None:
        self.program = program
        self.cache = program.cache
        self.profiles = profiles
        self.files = files

    def users(self, engine_files: Sequence[str]) -> Wrapped:
        """Return the files that use decorators of the project's own that may apply an engine's.

        A file of the project that mentions a workflow decorator without decorating with it (`registry.add(workflow.defn)`,
        `return DBOS.workflow()(function)`) makes such a decorator; the files that import its package may use it.
        """
        mentions = mention_of_decorators(self.profiles)
        wrapping: set[str] = set()
        tops = set()
        decorators: set[bytes] = set()
        for path in engine_files:
            digest = self.cache.digest(path, lambda path=path: self.program.read(path))  # type: ignore[misc]
            known = self.cache.get("wraps", digest)
            if known is None:
                known = b"1" if mentions.search(self.program.read(path)) else b"0"
                self.cache.put("wraps", digest, known)
            if known == b"1":
                tops.add(self.program.finder.file(path).name.partition(".")[0])
                data = self.program.read(path)
                wrapping |= {
                    profile.name
                    for profile in self.profiles
                    if mention_of_decorators([profile]).search(data) and mentions_package(data, profile)
                }
            names, engines = self.own_decorators(path, digest)
            decorators |= names
            wrapping |= engines
        found = self.decorated_by(decorators, engine_files)
        if not tops:
            return Wrapped(frozenset(found), frozenset(wrapping))
        prefilter = EnginePrefilter(tops)
        taken = {*engine_files, *found}
        for path in self.files:
            if path in taken:
                continue
            key = prefilter.key + self.cache.digest(path, lambda path=path: self.program.read(path))  # type: ignore[misc]
            known = self.cache.get("uses", key)
            if known is None:
                data = self.program.read(path)
                known = b"1" if DECORATION.search(data) and prefilter.names_engine(data) else b"0"
                self.cache.put("uses", key, known)
            if known == b"1":
                found.append(path)
        return Wrapped(frozenset(found), frozenset(wrapping))

    def own_decorators(self, path: str, digest: bytes) -> tuple[set[bytes], set[str]]:
        """Return the names of what may be decorators that apply an engine's, and the engines that the file speaks of."""
        key = digest + " ".join(profile.name for profile in self.profiles).encode()
        known = self.cache.get("own decorators", key)
        if known is None:
            data = self.program.read(path)
            names = own_decorators(self.profiles, data)
            engines = [p.name.encode() for p in self.profiles if mentions_package(data, p)] if names else []
            known = b" ".join(names) + b"|" + b" ".join(engines)
            self.cache.put("own decorators", key, known)
        names_known, _, engines_known = known.partition(b"|")
        return {*names_known.split()}, {*engines_known.decode().split()}

    def decorated_by(self, decorators: set[bytes], engine_files: Sequence[str]) -> list[str]:
        """Return the files, besides those that name an engine, that decorate with one of these names."""
        if not decorators:
            return []
        pattern = decoration(decorators)
        names = hashlib.blake2b(b" ".join(sorted(decorators)), digest_size=16).digest()
        taken = set(engine_files)
        found = []
        for path in self.files:
            if path in taken:
                continue
            key = names + self.cache.digest(path, lambda path=path: self.program.read(path))  # type: ignore[misc]
            known = self.cache.get("decorated by", key)
            if known is None:
                known = b"1" if pattern.search(self.program.read(path)) else b"0"
                self.cache.put("decorated by", key, known)
            if known == b"1":
                found.append(path)
        return found


DECORATION = re.compile(rb"^[ \t]*@\w+(?:\.\w+)+", re.MULTILINE)
"""A decorator that is a member of something: an application object's or a module's."""


def mention_of_decorators(profiles: Iterable[Profile]) -> re.Pattern[bytes]:
    """Return what finds a workflow decorator that is mentioned and not used to decorate: `x = workflow.defn`."""
    names = {marker.decorator for profile in profiles for marker in profile.workflows if marker.decorator}
    tails = sorted({b"\\.".join(part.encode() for part in name.split(".")[-2:]) for name in names})
    return re.compile(rb"^(?![ \t]*@)[^#\n]*?(?:" + b"|".join(tails) + rb")\b(?!\()", re.MULTILINE)


def mentions_package(data: bytes, profile: Profile) -> bool:
    """Tell whether a file's bytes hold the name of one of an engine's packages, with each of its parts."""
    return any(all(part.encode() in data for part in package.split(".")) for package in profile.packages)
