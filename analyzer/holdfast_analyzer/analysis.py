"""One check from paths to a report: discover, prefilter, evaluate each workflow, judge."""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from holdfast_analyzer.ahead.readers import Readers, available
from holdfast_analyzer.cache import Cache
from holdfast_analyzer.config import Settings, enabled_codes
from holdfast_analyzer.config.selection import known_engines, known_rules
from holdfast_analyzer.discover import EnginePrefilter, discover
from holdfast_analyzer.judge import judge
from holdfast_analyzer.module_view import ModuleView
from holdfast_analyzer.modules import ModuleFinder, shown_path
from holdfast_analyzer.program import Program
from holdfast_analyzer.remembered import Remembered
from holdfast_analyzer.report import FileError, Report
from holdfast_analyzer.source import UnreadableSource
from holdfast_analyzer.stored_facts import StoredFacts
from holdfast_analyzer.suppressions import HINT, Directive, parse_suppressions
from holdfast_analyzer.wrappers import Wrapped, Wrappers, mentions_package
from holdfast_rules.engines.profile import Profile
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazards import Catalogue
from holdfast_rules.registry import extensions
from holdfast_rules.rule import Rule, Violation

if TYPE_CHECKING:
    from holdfast_analyzer.comparison import Base, BaseUnit, Comparison
    from holdfast_analyzer.evaluation import Evaluation

STANDARD_INPUT = "-"
"""How findings name the standard input, as the user does."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class Analysis:
    """One check.

    Args:
        settings: the effective settings.
        paths: files and folders to check.
        cache: facts of earlier runs.
        progress: told how far the check is, or None.
        given: path → content that a file has in place of the one on disk, such as an editor's buffer.
        base: what the durable operations of workflows are compared to, or None.
        skeletons: find out the skeletons of workflows, with or without a base.
        functions: find out the functions that workflows reach.
        given_alone: check a given file wherever it lies; if false it only stands in for the one that is found at its path or
            imported from there.
        directory: the absolute folder from which paths are relative; None for the working directory.
        home: the absolute folder that stands for the working directory where modules are looked for; None for `directory`.

    Attributes:
        facts: of every workflow, once the check has run.
        remembered: what earlier checks of a session have decoded and judged.
    """

    def __init__(
        self,
        settings: Settings,
        paths: Sequence[str],
        cache: Cache,
        progress: Progress | None = None,
        given: Mapping[str, bytes] | None = None,
        *,
        base: "Base | None" = None,
        skeletons: bool = False,
        functions: bool = False,
        given_alone: bool = True,
        directory: str | None = None,
        home: str | None = None,
    ) -> None:
        self.settings = settings
        self.cache = cache
        self.started = time.perf_counter()
        self.directory = directory or os.getcwd()
        self.home = home
        self.base = base
        self.skeletons = skeletons or base is not None
        self.functions = functions
        self.given_alone = given_alone
        self.facts: list[UnitFacts] = []
        self.remembered: Remembered | None = None
        self.progress = progress or (lambda what, done, total: None)
        self.profiles = chosen_profiles(settings)
        self.prefilter = EnginePrefilter(package for profile in self.profiles for package in profile.packages)
        self.paths = list(paths)
        prefix = os.path.join(self.directory, "")
        self.given = {
            shown_path(os.path.normpath(os.path.join(self.directory, path)), prefix): data
            for path, data in (given or {}).items()
        }
        self.errors: list[FileError] = [*refused_plugins(settings)]
        catalogue = Catalogue.default()
        if settings.plugins and extensions().hazards:
            catalogue = catalogue.with_hazards(extensions().hazards)
        if settings.effects:
            catalogue = catalogue.with_project({str(effect): names for effect, names in settings.effects.items()})
        self.catalogue = catalogue
        self.files: list[str] = []
        self.wrapped = Wrapped()
        self.commented: list[str] = []
        self.program = self.make_program(paths, [])
        self._evaluation: Evaluation | None = None

    def make_program(self, paths: Sequence[str], projects: Sequence[str]) -> Program:
        """Return the program whose modules are found around `paths`."""
        root = self.settings.root or self.directory
        finder = ModuleFinder(
            self.directory,
            paths=paths,
            src=[os.path.join(root, folder) for folder in self.settings.src],
            environment=self.settings.python_environment and os.path.join(root, self.settings.python_environment),
            projects=projects,
            home=self.home,
        )
        return Program(finder, known_engines(self.settings), self.catalogue, self.cache, self.settings.trusted)

    # Files

    def run(self) -> Report:
        """Check files on disk."""
        found = discover(
            [path for path in self.paths if path not in self.given or os.path.exists(path)],
            directory=self.directory,
            root=self.settings.root or None,
            exclude=(*self.settings.exclude, *self.settings.extend_exclude),
            include=self.settings.include,
        )
        self.files = sorted({*found.files, *(path for path in self.given if self.is_to_be_checked(path))})
        self.errors += found.errors
        self.program = self.make_program(self.paths, found.projects)
        self.cache.use_prefilter(self.prefilter.key)
        for path, data in self.given.items():
            self.program.add_source(path, data)
        with Readers(self.settings.jobs or available(), self.files) as readers:
            self.program.readers = readers
            engine_files, unchecked = self.read_files(readers)
            if found.standard_input:
                engine_files += self.read_standard_input()
            self.wrapped = Wrappers(self.program, self.profiles, self.files).users(engine_files)
            engine_files = sorted({*engine_files, *self.wrapped.files})
            self.program.engine_files = engine_files
            readers.expect(self.wrapped.files.intersection(unchecked))
            readers.check(unchecked)
            facts = self.evaluate(engine_files)
            self.outline_refused(readers, unchecked)
        return self.report(facts)

    def is_to_be_checked(self, path: str) -> bool:
        """Tell whether a given file is checked even if it is not found: one that is not on disk yet cannot be."""
        if self.given_alone:
            return True
        folders = (os.path.join(os.path.abspath(os.path.join(self.directory, folder)), "") for folder in self.paths)
        absolute = os.path.join(self.directory, path)
        return path.endswith((".py", ".pyw")) and not os.path.exists(absolute) and absolute.startswith(tuple(folders))

    def read_files(self, readers: Readers) -> tuple[list[str], list[str]]:
        """Return the files that name an engine, and the other ones whose syntax no earlier run has checked.

        Those that name an engine and were not known yet are read ahead from now on.
        """
        engine_files, unchecked = [], []
        new = 0
        for number, path in enumerate(self.files):
            if number % 256 == 0:
                self.progress("reading", number, len(self.files))
            if path in self.given:
                self.note_comments(path, self.given[path])
                if self.prefilter.names_engine(self.given[path]):
                    engine_files.append(path)
                continue
            state = self.cache.file_state(path)
            names_engine = state.names_engine if state is not None else None
            if names_engine is None:
                new += 1
                readers.start(new)
                data = self.read(path)
                if data is None:
                    continue
                names_engine = self.prefilter.names_engine(data)
                self.cache.record(path, data, names_engine)
                lowered = data.lower()
                if b"holdfast" in lowered or b"noqa" in lowered:
                    self.note_comments(path, data)
            elif self.cache.get("comments", state.digest if state else b"") == b"1":
                self.commented.append(path)
            if names_engine:
                engine_files.append(path)
                if state is None:
                    readers.expect([path])
            elif self.cache.get("syntax", self.cache.digest(path, lambda path=path: self.read(path) or b"")) is None:  # type: ignore[misc]
                unchecked.append(path)
        return engine_files, unchecked

    def read_standard_input(self) -> list[str]:
        """Take the standard input as a file named `-` in the working directory; return its path if it names an engine."""
        data = sys.stdin.buffer.read()
        self.files.append(STANDARD_INPUT)
        self.program.add_source(STANDARD_INPUT, data)
        self.note_comments(STANDARD_INPUT, data)
        return [STANDARD_INPUT] if self.prefilter.names_engine(data) else []

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; one that cannot be read is an error entry."""
        try:
            return Path(path).read_bytes()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self.errors.append(FileError(path=path, line=0, message=f"cannot be read: {reason}"))
            return None

    def note_comments(self, path: str, data: bytes) -> None:
        """Remember a file with comments that silence findings."""
        if HINT.search(data.decode("utf-8", "replace")):
            self.commented.append(path)
            self.cache.put("comments", self.cache.digest(path, lambda: data), b"1")

    def outline_refused(self, readers: Readers, unchecked: Sequence[str]) -> None:
        """Outline the files that the running Python refuses: they are newer than it, or an error is to be told."""
        refused = set(readers.refused())
        for path in unchecked:
            if path in refused and all(error.path != path for error in self.errors):
                self.program.view(path)
            view = self.program.known_view(path)
            if view is None or not view.is_broken:
                self.cache.put("syntax", self.cache.digest(path, lambda: b""), b"1")

    # Workflows

    def evaluate(self, engine_files: Sequence[str]) -> list[UnitFacts]:
        """Return the facts of every workflow, from the cache where nothing that it reaches has changed."""
        stored = StoredFacts(
            self.cache,
            self.program,
            self.files,
            self.key(engine_files),
            {p.name: p for p in self.profiles},
            self.remembered,
        )
        facts: list[UnitFacts] = []
        for number, path in enumerate(engine_files):
            self.progress("following workflows", number, len(engine_files))
            known = stored.load(path)
            if known is None:
                found = self.evaluate_file(path)
                stored.save(path, found)
                known = found
            facts += known
        self.progress("following workflows", len(engine_files), len(engine_files))
        return facts

    def evaluate_file(self, path: str) -> list[UnitFacts]:
        """Evaluate the workflows of one file."""
        view = self.program.view(path)
        if view is None:
            return []
        profiles = [
            profile
            for profile in self.profiles
            if names(view, profile) or (path in self.wrapped.files and profile.name in self.wrapped.engines)
        ]
        return self.evaluation().facts(view, profiles) if profiles else []

    def evaluation(self) -> "Evaluation":
        """Return the evaluators, which a check that finds all facts in the cache never imports."""
        if self._evaluation is None:
            from holdfast_analyzer.evaluation import Evaluation

            self._evaluation = Evaluation(self.program, skeletons=self.skeletons, functions=self.functions)
        return self._evaluation

    def key(self, engine_files: Sequence[str]) -> bytes:
        """Return a digest of everything besides file contents that facts depend on."""
        digest = hashlib.blake2b(digest_size=16)
        settings = msgspec.structs.replace(
            self.settings, cache_dir=None, jobs=None, root="", src=(), min_severity=None, fail_on=None, baseline=None
        )
        digest.update(msgspec.json.encode(settings))
        digest.update("\0".join(sorted(self.settings.src)).encode())
        digest.update("\0".join(self.files).encode("utf-8", "surrogateescape"))
        digest.update(self.program.finder.environment_key())
        digest.update(b"skeletons" if self.skeletons else b"")
        digest.update(b"functions" if self.functions else b"")
        if self.settings.plugins:
            digest.update(msgspec.json.encode((extensions().engines, extensions().hazards)))
        return digest.digest()

    # Source that is no file

    def run_source(self, path: str, source: str) -> Report:
        """Check one text as if it were the content of `path`."""
        self.files = [path]
        view = self.program.add_source(path, source.encode("utf-8", "surrogateescape"))
        self.program.engine_files = [path]
        facts = self.evaluation().facts(view, [profile for profile in self.profiles if names(view, profile)])
        self.commented = [path]
        return self.report(facts)

    # The report

    def report(self, facts: Sequence[UnitFacts]) -> Report:
        """Judge the facts."""
        self.facts = list(facts)
        comparison = self.comparison()
        if comparison is not None:
            facts = comparison.applied(facts)
        codes = enabled_codes(self.settings)
        rules = [self.caught(rule) for rule in known_rules(self.settings)]
        enabled = [rule for rule in rules if rule.code in codes]
        findings, units = judge(facts, enabled, rules, self.settings, self.directives, self.violations)
        if comparison is not None:
            gone = {(unit.id, unit.engine, unit.path, unit.line) for unit in comparison.removed}
            units = tuple(unit for unit in units if (unit.id, unit.engine, unit.path, unit.line) not in gone)
        self.cache.save()
        errors = {(error.path, error.line, error.message): error for error in self.errors}
        errors |= {(e.path, e.line, e.message): e for e in self.program.errors.values()}
        errors |= {
            (path, 0, message): FileError(path=path, line=0, message=message) for path, message in self.cache.notices
        }
        return Report(
            findings=findings,
            units=tuple(sorted(units, key=lambda unit: (unit.path, unit.line, unit.id, unit.engine))),
            errors=tuple(errors[key] for key in sorted(errors)),
            files=len(self.files),
            seconds=round(time.perf_counter() - self.started, 3),
        )

    def violations(self, rule: Rule, facts: UnitFacts) -> Iterable[Violation]:
        """Return what a rule says of facts; of Holdfast's own rules what an earlier check has heard counts."""
        assert rule.check is not None
        own = not self.settings.plugins or rule.code not in extensions().origins
        return self.remembered.violations(rule, facts) if own and self.remembered is not None else rule.check(facts)

    def caught(self, rule: Rule) -> Rule:
        """Return a plugin's rule so that its failure is an error entry and stops nothing else; Holdfast's own as it is."""
        origin = extensions().origins.get(rule.code) if self.settings.plugins else None
        check = rule.check
        if origin is None or check is None:
            return rule

        def careful(facts: UnitFacts) -> Iterable[Violation]:
            try:
                return list(check(facts))
            except Exception as error:  # other people's code: whatever it raises is theirs, and is named
                said = f"its rule {rule.code} fails for `{facts.unit.id}`: {type(error).__name__}: {error}"
                self.errors.append(FileError(path=f"plugin {origin}", line=0, message=said))
                return []

        return msgspec.structs.replace(rule, check=careful)

    def comparison(self) -> "Comparison | None":
        """Return what compares the workflows to the base, if there is one."""
        if self.base is None:
            return None
        from holdfast_analyzer.comparison import Comparison

        checked = [os.path.abspath(os.path.join(self.directory, path)) for path in self.paths]

        def covers(unit: "BaseUnit") -> bool:
            path = os.path.abspath(os.path.join(self.directory, unit.path))
            return not checked or any(path == top or path.startswith(os.path.join(top, "")) for top in checked)

        return Comparison(self.base, self.profiles, covers)

    def directives(self, paths: Iterable[str]) -> list[Directive]:
        """Return the suppression comments of the files that any chain passes through, and of all that have some."""
        found: list[Directive] = []
        # Of the files under analysis it is known which have some; installed packages may have some, too.
        for path in sorted({*self.commented, *paths} - (set(self.files) - set(self.commented))):
            known = self.program.known_view(path)
            if known is None and not os.path.exists(path):
                continue  # a workflow of the base that is gone, and its file with it
            view = known or self.program.view(path)
            if view is not None and view.is_broken:
                continue  # no one can know what its comments would have silenced
            try:
                text = known.source.text if known is not None else Path(path).read_text("utf-8", "replace")
            except (OSError, ValueError, UnreadableSource):
                # The file's own error entry says why.
                continue
            if HINT.search(text):
                found += parse_suppressions(text, path)
        return found


def chosen_profiles(settings: Settings) -> list[Profile]:
    """Return the engines whose workflows are checked."""
    every = known_engines(settings)
    return [profile for profile in every if not settings.engines or profile.name in settings.engines]


def refused_plugins(settings: Settings) -> list[FileError]:
    """Return an error entry for each plugin that is left out."""
    problems = extensions().problems if settings.plugins else ()
    return [FileError(path=f"plugin {found.plugin}", line=0, message=found.message) for found in problems]


def names(view: ModuleView, profile: Profile) -> bool:
    """Tell whether a file speaks of an engine's packages."""
    return mentions_package(view.data, profile)
