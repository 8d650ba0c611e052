"""From a workflow to its fingerprint: everything that it reaches, in the order in which it is reached."""

from __future__ import annotations

import ast
import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from holdfast_rules.fingerprint.boundary import Boundaries
from holdfast_rules.fingerprint.modules import Located, Module, Sources, installation_of
from holdfast_rules.fingerprint.names import External, Item, Names, Target
from holdfast_rules.fingerprint.reading import Form, read_item, read_unit
from holdfast_rules.fingerprint.recorded import Recorded
from holdfast_rules.fingerprint.scope import DEFINITIONS, FunctionNode, Scope

FORMAT: Final = "1"
"""Part of what is hashed: rises when the same code would get another fingerprint."""
_BYTES: Final = 12
_PART_BYTES: Final = 4


class Fingerprint(Struct, frozen=True):
    """What a workflow's code is.

    Attributes:
        digest: of all of it, in hexadecimal.
        parts: `pkg.module:qualname` of the workflow and of everything that it reaches → a digest of that alone, which says
            what has changed between two fingerprints. Steps, transactions and workflows are not in it.
    """

    digest: str
    parts: dict[str, str]


class Fingerprints:
    """Fingerprints of workflows in one state of a project's files. Each module is read once; files that change while this
    object lives are not seen.

    Args:
        sources: has the modules.
        boundaries: how the engine's steps look.
        packages: names of installed packages and modules that count, too.
    """

    def __init__(self, sources: Sources, boundaries: Boundaries, packages: Iterable[str] = ()) -> None:
        self._packages = frozenset(packages)
        self._sources = sources
        self._boundaries = boundaries
        self._projects: dict[str, _Project] = {}

    def of(self, located: Located, qualname: str, line: int = 0) -> Fingerprint | None:
        """Return the fingerprint of a workflow.

        Args:
            located: its module.
            qualname: of its function or class, as Python's `__qualname__`.
            line: the first line of its definition, of the `def` or of a decorator; 0 for the last definition of that name.

        Returns:
            The fingerprint; None when the module has no such definition at that line.

        Raises:
            Unreadable: the module, or one that the workflow reaches, cannot be read by this Python.
        """
        home = installation_of(located.path)
        project = self._projects.get(home)
        if project is None:
            names = Names(self._sources, self._boundaries, home, self._packages)
            project = self._projects[home] = _Project(names, self._boundaries)
        return project.fingerprint(located, qualname, line)


class _Project:
    """What was read for workflows of one home."""

    def __init__(self, names: Names, boundaries: Boundaries) -> None:
        self._names = names
        self._forms: dict[Item, Form] = {}
        self._recorded = Recorded(names, boundaries, self.form)

    def form(self, item: Item) -> Form:
        """Return the form of an item."""
        found = self._forms.get(item)
        if found is None:
            found = self._forms[item] = read_item(self._recorded, item)
        return found

    def fingerprint(self, located: Located, qualname: str, line: int) -> Fingerprint | None:
        module = self._names.module(located)
        found = None
        for scope, node in definitions_named(module, qualname):
            first = min((decorator.lineno for decorator in node.decorator_list), default=node.lineno)
            if not line or first <= line <= node.lineno:
                found = scope, node
        if found is None:
            return None
        scope, node = found
        unit = read_unit(self._recorded, module, scope, node)
        reached = _Reached(self)
        reached.known[Item(module, scope, node.name)] = 0
        reached.add(f"{module.name}:{scope.qualname_of(node.name)}", unit)
        return reached.finished()


class _Reached:
    """Walks from a workflow to everything that it reaches, breadth first."""

    def __init__(self, project: _Project) -> None:
        self.known: dict[Item, int] = {}
        self._project = project
        self._hash = hashlib.blake2b(FORMAT.encode(), digest_size=_BYTES)
        self._parts: dict[str, str] = {}
        self._pending: deque[Item] = deque()
        self._also: deque[Target] = deque()

    def add(self, name: str, form: Form) -> None:
        """Add what one item says; what it uses comes later, by its number."""
        lines = [form.digest.hex()]
        for shown, targets in form.uses.items():
            lines.append(f"{shown} {' '.join(map(self._reference, targets))}")
        self._also += form.also
        text = "\n".join(lines)
        self._hash.update(text.encode(errors="surrogatepass") + b"\0")
        if not form.recorded:
            own = (
                form.digest
                + repr([t.name for ts in form.uses.values() for t in ts if isinstance(t, External)]).encode()
            )
            self._parts[name] = hashlib.blake2b(own, digest_size=_PART_BYTES).hexdigest()

    def finished(self) -> Fingerprint:
        """Return the fingerprint."""
        while self._pending or self._also:
            if not self._pending:
                # What only annotations name comes last, so that adding one does not number the rest anew.
                self._reference(self._also.popleft())
                continue
            item = self._pending.popleft()
            self.add(f"{item.module.name}:{item.scope.qualname_of(item.name)}", self._project.form(item))
        return Fingerprint(self._hash.hexdigest(), dict(sorted(self._parts.items())))

    def _reference(self, target: Target) -> str:
        if isinstance(target, Item):
            number = self.known.get(target)
            if number is None:
                number = self.known[target] = len(self.known)
                self._pending.append(target)
            return str(number)
        return f"={target.name}"


def definitions_named(module: Module, qualname: str) -> Iterator[tuple[Scope, FunctionNode | ast.ClassDef]]:
    """Yield the definitions of a qualified name, each with the scope in which it stands, in the order of the file."""
    *around, last = [part for part in qualname.split(".") if part != "<locals>"]
    scopes = [module.scope]
    for name in around:
        scopes = [
            scope.inner(binding.node)
            for scope in scopes
            for binding in scope.bindings.get(name, ())
            if isinstance(binding.node, DEFINITIONS)
        ]
    for scope in scopes:
        for binding in scope.bindings.get(last, ()):
            if isinstance(binding.node, DEFINITIONS):
                yield scope, binding.node
