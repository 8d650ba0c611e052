"""The program under analysis: its files, what is known of each, and which names lie outside of it."""

import os
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast_analyzer.cache import Cache
from holdfast_analyzer.evaluate import knowledge
from holdfast_analyzer.module_view import BROKEN, ModuleView
from holdfast_analyzer.modules import ModuleFinder
from holdfast_analyzer.outline.shape import Outline, Region
from holdfast_analyzer.report import FileError
from holdfast_analyzer.source import UnreadableSource, digest
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.syntax.recent import RecentTrees
from holdfast_rules.effect import Effect
from holdfast_rules.engines.profile import Profile
from holdfast_rules.hazards import Catalogue
from holdfast_rules.hazards.harmless import HARMLESS_NAMES, HARMLESS_PACKAGES
from holdfast_rules.hazards.hazard import Hazard, Use

if TYPE_CHECKING:
    from holdfast_analyzer.ahead.readers import Readers
    from holdfast_analyzer.evaluate.inference import Inference
    from holdfast_analyzer.evaluate.values import Function
    from holdfast_analyzer.syntax.parse import SyntaxTree

STDLIB = frozenset(sys.stdlib_module_names) | {"builtins"}


class Program:
    """All files that analysis may look at.

    Args:
        finder: finds modules by name.
        profiles: the engines that are known.
        catalogue: the hazards.
        cache: facts of earlier runs.
        trusted: dotted names (or `package.*`) whose authors vouch for them.

    Attributes:
        readers: read files ahead; None when no one does.
    """

    def __init__(
        self,
        finder: ModuleFinder,
        profiles: Sequence[Profile],
        catalogue: Catalogue,
        cache: Cache,
        trusted: Sequence[str] = (),
    ) -> None:
        self.finder = finder
        self.catalogue = catalogue
        self.cache = cache
        self.knowledge = knowledge
        self.errors: dict[tuple[str, int], FileError] = {}
        self.engine_files: list[str] = []
        self.readers: Readers | None = None
        self.touched: set[str] = set()
        self._trusted_names = frozenset(name for name in trusted if not name.endswith("*"))
        self._trusted_prefixes = tuple(name[:-1] for name in trusted if name.endswith("*"))
        self._opaque = frozenset(package for profile in profiles for package in profile.packages)
        self._opaque_prefixes = tuple(f"{package}." for package in self._opaque)
        self._views: dict[str, ModuleView | None] = {}
        self._trees = RecentTrees()
        self._given: dict[str, bytes] = {}
        self._edges: dict[str, set[str]] = {}
        self._lookups: dict[str, dict[tuple[str, str, int], str]] = {}
        self._found: dict[tuple[str, str, int], ModuleView | str | None] = {}
        self._calls: dict[str, tuple[Hazard, ...]] = {}
        self._reads: dict[str, tuple[Hazard, ...]] = {}
        self._known: dict[str, bool] = {}
        self._writes: dict[tuple[str, str], tuple[str, str, int, int] | None] = {}

    @cached_property
    def inference(self) -> "Inference":
        """What astroid tells. A check that finds all facts in the cache imports none of it."""
        from holdfast_analyzer.evaluate.inference import Inference

        return Inference(self)

    # Files

    def add_source(self, path: str, data: bytes) -> ModuleView:
        """Add a file by its bytes, such as an editor's buffer."""
        found = self.finder.file(path)
        view = ModuleView(self, path, found.name, found.is_package, True)
        self._views[path] = view
        self._given[path] = data
        self.cache.hold(path, data)
        view.load(data)
        return view

    def known_view(self, path: str) -> ModuleView | None:
        """Return the view of a file if analysis has looked at it."""
        return self._views.get(path)

    def closure(self, path: str) -> list[str]:
        """Return the files that evaluating `path` could look at: itself and, transitively, what each file imports."""
        return [name for name in self._reached(path) if name == path or name.endswith((".py", ".pyw"))]

    def lookups(self, path: str) -> list[tuple[str, str, int, str]]:
        """Return where the imports that evaluating `path` could follow led to.

        Returns:
            Importer, module and level as the finder takes them, and the path of the module in the project or "" for none.
        """
        reached = (self._lookups.get(name, {}) for name in self._reached(path))
        return [(*asked, found) for lookups in reached for asked, found in lookups.items()]

    def _reached(self, path: str) -> list[str]:
        found = {path: None}
        pending = [path]
        while pending:
            for name in self._edges.get(pending.pop(), ()):
                if name not in found:
                    found[name] = None
                    pending.append(name)
        return list(found)

    def namespace(self, path: str, name: str) -> ModuleView:
        """Return the view of a namespace package: a folder that holds modules and binds nothing itself."""
        view = self._views.get(path)
        if view is None:
            view = self._views[path] = ModuleView(self, path, name, True, True)
        return view

    def view(self, path: str) -> ModuleView | None:
        """Return the view of a file by the path that findings use."""
        known = self._views.get(path)
        if known is not None:
            return known
        if path not in self._views:
            found = self.finder.file(path)
            self._views[path] = None
            view = ModuleView(self, path, found.name, found.is_package, found.kind == "project")
            self._views[path] = view
            view.load()
        return self._views[path]

    def read(self, path: str) -> bytes:
        """Return a file's bytes; a file that cannot be read is an error entry and empty."""
        if path in self._given:
            return self._given[path]
        try:
            return Path(path).read_bytes()
        except OSError as error:
            self.error(path, 0, f"cannot be read: {(error.strerror or str(error)).lower()}")
            return b""

    def error(self, path: str, line: int, message: str) -> None:
        """Keep an error about a file; the rest goes on."""
        if self.is_project_path(path):
            self.errors.setdefault((path, line), FileError(path=path, line=line, message=message))

    def is_project_path(self, path: str) -> bool:
        """Tell whether a file belongs to the project: installed packages' own faults are not its user's."""
        view = self._views.get(path)
        return view is None or view.in_project

    def outline(self, view: ModuleView) -> Outline:
        """Return the outline of a file, from the cache if its content is known there."""
        self.touched.add(view.path)

        def make() -> Outline:
            from holdfast_analyzer.outline import outline

            return outline(self.tree(view))

        try:
            return self.cache.outline(view.path, lambda: view.data, make, lambda: self.outline_read_ahead(view))
        except UnreadableSource as error:
            self.error(view.path, error.line, error.message)
            return BROKEN

    def outline_read_ahead(self, view: ModuleView) -> bytes | None:
        """Return the outline of a file, and keep its statements, if they were read ahead and the file is the same."""
        found = self.readers.take(view.path) if self.readers is not None and view.path not in self._given else None
        if found is None or found.digest != digest(view.data):
            return None
        view.read_ahead = found.blocks
        return found.outline

    def tree(self, view: ModuleView) -> "SyntaxTree":
        """Return the syntax tree of a file."""
        from holdfast_analyzer.syntax.parse import parse_source

        return self._trees.get(view.path, lambda: parse_source(view.source))

    def summarize(self, view: ModuleView, block: Region) -> list[ir.Stmt]:
        """Return the statements of a block of a file, from the cache if its content is known there."""

        def make() -> list[ir.Stmt]:
            from holdfast_analyzer.summarize.lower import summarize

            return summarize(self.tree(view), block)

        try:
            return self.cache.statements(
                view.path, block, lambda: view.data, make, lambda: view.read_ahead.pop(block.line, None)
            )
        except UnreadableSource as error:
            self.error(view.path, error.line, error.message)
        except RecursionError:
            self.error(view.path, block.line, "nested too deeply to be analysed; split the expression or the block")
        return []

    # Modules

    def absolute(self, view: ModuleView, module: str, level: int) -> str:
        """Return the absolute dotted name of a module as `view` imports it."""
        if not level:
            return module
        parts = view.name.split(".")
        keep = len(parts) - level + (1 if view.is_package else 0)
        base = ".".join(parts[: max(keep, 0)])
        return f"{base}.{module}" if base and module else base or module

    def find(self, view: ModuleView, module: str, level: int) -> "ModuleView | str | None":
        """Find a module as `view` would import it.

        Returns:
            The view of its file when it is followed; its dotted name when it is known and opaque (the standard library,
            an engine, a package of the catalogue); None when there is none.
        """
        key = (view.path, module, level)
        if key in self._found:
            return self._found[key]
        found = self._find(view, self.absolute(view, module, level), level)
        self._found[key] = found
        if isinstance(found, ModuleView):
            self._edges.setdefault(view.path, set()).add(found.path)
        return found

    def _find(self, view: ModuleView, name: str, level: int) -> "ModuleView | str | None":
        top = name.partition(".")[0]
        if not level and (name in self._opaque or name.startswith(self._opaque_prefixes)):
            return name
        if not level and top in STDLIB:
            return name
        importer = view.path
        if not importer.endswith((".py", ".pyw")) and os.path.isdir(importer):
            # A namespace package is a folder; other folders may hold parts of it, too.
            importer, level = os.path.join(importer, "__init__.py"), 0
        file = self.finder.find(name, importer, level)
        if file is None or file.kind == "project":
            self._lookups.setdefault(view.path, {})[(importer, name, level)] = file.path if file is not None else ""
        if file is None:
            return name if not level and (self.is_catalogued_package(name) or top in HARMLESS_PACKAGES) else None
        if file.kind != "project" and (self.is_catalogued_package(name) or top in HARMLESS_PACKAGES):
            return name
        if file.path in self._views:
            return self._views[file.path]
        if os.path.isdir(file.path):
            return self.namespace(file.path, name)
        if not file.path.endswith((".py", ".pyw")):
            return name
        return self.view(file.path)

    def exports(self, module: str, name: str) -> bool:
        """Tell whether a star import of an opaque module may bind `name`."""
        if module.partition(".")[0] in STDLIB:
            return name in self.inference.module_names(module)
        return self.knows(f"{module}.{name}") or any(f"{module}.{name}".startswith(p) for p in self._opaque_prefixes)

    def nested_classes(self, path: str) -> dict[str, object]:
        """Return the classes of a file by qualified name."""
        view = self.view(path)
        return dict(view.outline.classes) if view is not None else {}

    # Names

    def call_hazards(self, name: str) -> tuple[Hazard, ...]:
        """Return the hazards of calling `name`, which may go through results: `psycopg.connect().cursor().execute`."""
        found = self._calls.get(name)
        if found is None:
            found = self._calls[name] = self._call_hazards(name)
        return found

    def _call_hazards(self, name: str) -> tuple[Hazard, ...]:
        through = "()" in name
        plain = name.replace("()", "")
        own = [
            hazard
            for hazard in self.catalogue.lookup(plain)
            if hazard.use in (Use.CALL, Use.CONNECT) and not (through and hazard.name.endswith("*"))
        ]
        if own or (self.catalogue.lookup(plain) and not through):
            return tuple(own)
        parts = name.split(".")
        for end in range(len(parts) - 1, 0, -1):
            origin = ".".join(parts[:end]).replace("()", "")
            if not self.catalogue.lookup(origin):
                continue
            attribute = ".".join(parts[end:])
            found = self.catalogue.using(origin, attribute.replace("()", ""))
            return tuple(
                hazard
                for hazard in found
                if hazard.use in (Use.CLIENT, Use.CONNECT)
                and ("()" not in attribute or hazard.effect is Effect.DATABASE)
            )
        return ()

    def makes_client(self, name: str) -> bool:
        """Tell whether calling `name` makes an object whose use is a hazard: `sqlalchemy.orm.sessionmaker().__call__`."""
        return any(hazard.use in (Use.CLIENT, Use.CONNECT) for hazard in self.catalogue.lookup(name.replace("()", "")))

    def read_hazards(self, name: str) -> tuple[Hazard, ...]:
        """Return the hazards of reading `name`."""
        found = self._reads.get(name)
        if found is None:
            found = self._reads[name] = tuple(
                hazard for hazard in self.catalogue.lookup(name) if hazard.use is Use.READ and hazard.name == name
            )
        return found

    def knows(self, name: str) -> bool:
        """Tell whether the catalogue has an entry for `name` or for an object that it is a member of."""
        found = self._known.get(name)
        if found is None:
            parts = name.replace("()", "").split(".")
            found = any(self.catalogue.lookup(".".join(parts[:end])) for end in range(len(parts), 0, -1))
            self._known[name] = found
        return found

    def is_harmless(self, name: str) -> bool:
        """Tell whether calling `name`, which no hazard names, has no effect that a replay would not repeat."""
        top = name.partition(".")[0].removesuffix("()")
        if top in STDLIB or top in HARMLESS_PACKAGES or self.is_catalogued_package(name):
            return True
        return ".".join(name.replace("()", "").split(".")[:2]) in HARMLESS_NAMES

    def is_catalogued_package(self, name: str) -> bool:
        """Tell whether the catalogue speaks for the whole package of `name`."""
        return self.catalogue.is_known_package(name)

    def is_installed(self, package: str) -> bool:
        """Tell whether a top-level package was found."""
        return self.finder.is_installed(package)

    def is_trusted(self, function: "Function") -> bool:
        """Tell whether the author vouches for a function."""
        if not self._trusted_names and not self._trusted_prefixes:
            return False
        view = self.view(function.path)
        name = f"{view.name}.{function.qualname}" if view is not None else function.qualname
        return name in self._trusted_names or name.startswith(self._trusted_prefixes)

    def declared(self, path: str, qualname: str) -> str:
        """Return the dotted name of a function or class of followed code if `[tool.holdfast.effects]` speaks of it, else ""."""
        added = self.catalogue.added
        view = self.view(path) if added is not None else None
        if added is None or view is None:
            return ""
        name = f"{view.name}.{qualname}"
        return name if added.lookup(name) or added.lookup(name.rpartition(".")[0]) else ""

    # State that changes at run time

    def runtime_write(self, view: ModuleView, name: str) -> tuple[str, str, int, int] | None:
        """Return where the project changes a global of `view` at run time: path, function, line, column; or None.

        Functions that module-level code calls, and decorators, run while modules are imported: their writes are done
        before any workflow runs and do not count.
        """
        if name not in view.outline.bindings or not view.outline.writes:
            return None
        key = (view.path, name)
        if key not in self._writes:
            self._writes[key] = self._runtime_write(view, name)
        return self._writes[key]

    def _runtime_write(self, view: ModuleView, name: str) -> tuple[str, str, int, int] | None:
        # Decorators of this file's own functions run at import, too.
        importing = {name_of.rpartition(".")[2] for name_of, _ in view.outline.effects_at_import}
        for function in view.outline.functions.values():
            importing.update(text.rpartition(".")[2] for text in function.decorators)
        for cls in view.outline.classes.values():
            importing.update(text.rpartition(".")[2] for text in cls.decorators)
        for write in view.outline.writes:
            root = write.function.partition(".<locals>")[0].rpartition(".")[2]
            in_decorator = ".<locals>." in write.function or (write.how == "mutation" and self.decorates(view, root))
            if write.target == name and root not in importing and not in_decorator:
                return view.path, f"{view.name}:{write.function}", write.line, write.column
        return None

    def decorates(self, view: ModuleView, name: str) -> bool:
        """Tell whether a function looks like a decorator that registers: it returns what it was given."""
        outline = view.outline.functions.get(name)
        body = view.function_body(outline) if outline is not None else None
        if body is None or not body.parameters:
            return False
        given = {parameter.name for parameter in body.parameters}
        last = body.body[-1] if body.body else None
        return isinstance(last, ir.Return) and isinstance(last.value, ir.Name) and last.value.id in given
