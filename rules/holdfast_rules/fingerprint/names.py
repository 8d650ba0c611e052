"""What a name means: through scopes, imports, re-exports and classes, as far as the text of the modules says it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from holdfast_rules.fingerprint.boundary import Boundaries
from holdfast_rules.fingerprint.modules import Located, Module, Sources, is_own
from holdfast_rules.fingerprint.scope import DEFINITIONS, Binding, FunctionNode, Scope

_BUILTINS: Final = frozenset(dir(builtins))
WHOLE_MODULE: Final = "*"
_DEEPEST: Final = 64
"""Imports that lead to imports further than this lead in a circle."""


class Item(NamedTuple):
    """A name of the project's own: all that one scope binds it to. The scope is part of a module that is read once."""

    module: Module
    scope: Scope
    name: str

    @property
    def bindings(self) -> Sequence[Binding]:
        """The statements that bind it."""
        return self.scope.bindings.get(self.name, ())


class External(NamedTuple):
    """A name that lies outside the project: of the standard library, an installed package, an engine."""

    name: str


class Package(NamedTuple):
    """A module itself, as an import binds it, so that what follows a dot may be a module below it."""

    name: str
    level: int
    importer: Module


Target = Item | External | Package


class Names:
    """Resolves names in modules of one project.

    Args:
        sources: has the modules.
        boundaries: says which package is the engine.
        home: the installed package whose code counts, or "".
        packages: names of installed packages that count, too.
    """

    def __init__(self, sources: Sources, boundaries: Boundaries, home: str, packages: Collection[str] = ()) -> None:
        self._packages = packages
        self._sources = sources
        self._boundaries = boundaries
        self._home = home
        self._modules: dict[str, Module] = {}
        self._located: dict[tuple[str, int, str], Module | str] = {}

    # Modules

    def module(self, located: Located) -> Module:
        """Return a module, read when it is first asked for.

        Raises:
            Unreadable: this Python cannot read it.
        """
        identity = located.path or located.key
        found = self._modules.get(identity)
        if found is None:
            try:
                found = Module(located, self._sources.source(located.key))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                raise Unreadable(f"`{located.path or located.key}` cannot be read: {error}") from error
            self._modules[identity] = found
        return found

    def imported(self, name: str, level: int, importer: Module) -> Module | str:
        """Return the module of the project that an import means, or the dotted name of one outside."""
        key = (name, level, importer.key)
        found = self._located.get(key)
        if found is None:
            found = self._located[key] = self._imported(name, level, importer)
        return found

    def _imported(self, name: str, level: int, importer: Module) -> Module | str:
        if not level and self._boundaries.is_engine(name):
            return name
        located = self._sources.locate(name, level, importer.key)
        if located is None or not is_own(located.path, self._home, self._packages):
            return name
        return self.module(located)

    # Names

    def lookup(self, name: str, module: Module, scope: Scope | None) -> tuple[Target, ...]:
        """Return what a name means that is read in `scope` and not bound there by a parameter; () when nothing says so."""
        innermost = True
        while scope is not None:
            if name in scope.bindings and (innermost or not scope.is_class):
                return self.bound(name, module, scope)
            innermost = False
            scope = scope.parent
        return self.starred(name, module)

    def bound(self, name: str, module: Module, scope: Scope, depth: int = 0) -> tuple[Target, ...]:
        """Return what a scope binds a name to."""
        bindings = scope.bindings[name]
        targets: list[Target] = []
        if any(not binding.is_import and not binding.is_parameter for binding in bindings):
            targets.append(Item(module, scope, name))
        for binding in bindings:
            if binding.is_import:
                targets += self.of_import(binding, module, depth)
        return tuple(dict.fromkeys(targets))

    def of_import(self, binding: Binding, module: Module, depth: int = 0) -> tuple[Target, ...]:
        """Return what an import binds."""
        alias = binding.node
        assert isinstance(alias, ast.alias)
        if binding.source is not None:
            package = Package(binding.source.module or "", binding.source.level, module)
            return self.member(package, alias.name, depth + 1)
        return (Package(alias.name if alias.asname else alias.name.partition(".")[0], 0, module),)

    def starred(self, name: str, module: Module, depth: int = 0) -> tuple[Target, ...]:
        """Return what a module's star imports bind a name to."""
        if name in _BUILTINS and not module.scope.stars:
            return ()
        for star in reversed(module.scope.stars):
            found = self.imported(star.module or "", star.level, module)
            if isinstance(found, Module) and found is not module and depth < _DEEPEST:
                targets = self.global_name(name, found, depth + 1)
                if targets:
                    return targets
        return ()

    def global_name(self, name: str, module: Module, depth: int = 0) -> tuple[Target, ...]:
        """Return what a module's global means."""
        if name in module.scope.bindings:
            return self.bound(name, module, module.scope, depth) if depth < _DEEPEST else ()
        return self.starred(name, module, depth)

    def member(self, package: Package, name: str, depth: int = 0) -> tuple[Target, ...]:
        """Return what `module.name` means: a global of the module, or a module below it."""
        found = self.imported(package.name, package.level, package.importer)
        dotted = f"{package.name}.{name}" if package.name else name
        if isinstance(found, str):
            return (External(f"{found}.{name}" if found else name),)
        targets = self.global_name(name, found, depth)
        if targets:
            return targets
        below = self.imported(dotted, package.level, package.importer)
        if isinstance(below, Module):
            return (Package(dotted, package.level, package.importer),)
        # A module may make up its names (PEP 562).
        return self.global_name("__getattr__", found, depth)

    def chain(self, path: Sequence[str], module: Module, scope: Scope | None) -> tuple[Target, ...]:
        """Return what `a.b.c` means: the last thing that its text leads to; what lies in an object is the object's."""
        return self.along(self.lookup(path[0], module, scope), path[1:])

    def along(self, targets: tuple[Target, ...], path: Sequence[str]) -> tuple[Target, ...]:
        """Return what `.b.c` of some targets means."""
        for name in path:
            targets = tuple(dict.fromkeys(found for target in targets for found in self._step(target, name)))
        return tuple(found for target in targets for found in self._whole(target))

    def _step(self, target: Target, name: str) -> tuple[Target, ...]:
        if isinstance(target, Package):
            return self.member(target, name)
        if isinstance(target, External):
            return (External(f"{target.name}.{name}"),)
        return (target,)

    def _whole(self, target: Target) -> tuple[Target, ...]:
        if not isinstance(target, Package):
            return (target,)
        found = self.imported(target.name, target.level, target.importer)
        return (External(found),) if isinstance(found, str) else (Item(found, found.scope, WHOLE_MODULE),)

    # Classes

    def classes(self, item: Item) -> Iterator[Scope]:
        """Yield the scopes of the classes that an item is."""
        for binding in item.bindings:
            if isinstance(binding.node, ast.ClassDef):
                yield item.scope.inner(binding.node)

    def inherited(self, item: Item, name: str, *, own: bool = True) -> tuple[Item, ...]:
        """Return an attribute of a class, from itself (unless not `own`) or the nearest base of the project that has it."""
        pending = [(item, own)]
        seen = set()
        while pending:
            cls, included = pending.pop(0)
            if cls in seen:
                continue
            seen.add(cls)
            for scope in self.classes(cls):
                if included and name in scope.bindings:
                    return (Item(cls.module, scope, name),)
                pending += [(base, True) for base in self.bases(cls, scope)]
        return ()

    def bases(self, item: Item, scope: Scope) -> Iterator[Item]:
        """Yield the bases of a class that are the project's own."""
        assert isinstance(scope.node, ast.ClassDef)
        for base in scope.node.bases:
            path = dotted(base.value if isinstance(base, ast.Subscript) else base)
            for target in self.chain(path, item.module, item.scope) if path else ():
                if isinstance(target, Item):
                    yield target


class Unreadable(Exception):
    """A module that counts cannot be read by this Python."""


def dotted(node: ast.AST) -> tuple[str, ...]:
    """Return the names of `a.b.c`; () for anything else."""
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        path.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ()
    return (node.id, *reversed(path))


def definitions(item: Item) -> Iterator[FunctionNode | ast.ClassDef]:
    """Yield the functions and classes that an item is."""
    for binding in item.bindings:
        if isinstance(binding.node, DEFINITIONS):
            yield binding.node
