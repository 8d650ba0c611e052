"""The version of a workflow's code: its fingerprint, read from the files that the running process imported it from."""

from __future__ import annotations

import hashlib
import importlib.machinery
import inspect
import os
import sys
import threading
import types
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from holdfast_rules.fingerprint import HOLDFAST, Fingerprint, Fingerprints, Located, Unreadable

if TYPE_CHECKING:
    from holdfast.declare.workflow import Workflow

_BYTES: Final = 12


class ImportedSources:
    """The modules of this process, and those that it could import; nothing is imported to find them."""

    def __init__(self) -> None:
        self._found: dict[str, Located | None] = {}

    def locate(self, module: str, level: int, importer: str) -> Located | None:
        """Return the module that an import means, seen from the module `importer`."""
        name = _absolute(module, level, importer)
        if name not in self._found:
            self._found[name] = self.named(name)
        return self._found[name]

    def named(self, name: str) -> Located | None:
        """Return a module by its name in `sys.modules`."""
        module = sys.modules.get(name)
        spec = getattr(module, "__spec__", None) if module is not None else _spec(name)
        file = getattr(module, "__file__", None) or getattr(spec, "origin", None)
        if isinstance(file, str) and file.endswith((".py", ".pyw")):
            return Located(name, file)
        folders = list(getattr(module, "__path__", None) or getattr(spec, "submodule_search_locations", None) or ())
        # A namespace package is the folders that hold its modules; code of C extensions does not count.
        return Located(name, str(folders[0])) if folders and not isinstance(file, str) else None

    def source(self, key: str) -> bytes | None:
        """Return the text of a module, from its file or from what it was loaded by (an archive)."""
        module = sys.modules.get(key)
        located = self.named(key)
        if located is None or not located.path.endswith((".py", ".pyw")):
            return None
        try:
            with open(located.path, "rb") as file:
                return file.read()
        except OSError:
            loader = getattr(getattr(module, "__spec__", None) or _spec(key), "loader", None)
            reads = getattr(loader, "get_source", None)
            text = reads(key) if reads is not None else None
            if text is None:
                raise ValueError("its file is gone") from None
            return str(text).encode()


def _absolute(module: str, level: int, importer: str) -> str:
    if not level:
        return module
    found = sys.modules.get(importer)
    spec = getattr(found, "__spec__", None) if found is not None else _spec(importer)
    package = spec.parent if spec is not None else getattr(found, "__package__", None)
    parts = (package or "").split(".")
    base = parts[: max(len(parts) - level + 1, 0)]
    return ".".join([*base, module] if module else base)


def _spec(name: str) -> importlib.machinery.ModuleSpec | None:
    """Return how a module would be imported; `importlib.util.find_spec` would import the packages around it."""
    path = None
    above, _, _ = name.rpartition(".")
    if above:
        package = sys.modules.get(above)
        spec = None if package is not None else _spec(above)
        path = getattr(package, "__path__", None) or getattr(spec, "submodule_search_locations", None)
        if path is None:
            return None
    for finder in sys.meta_path:
        found = finder.find_spec(name, path)
        if found is not None:
            return found
    return None


_lock = threading.Lock()


def fingerprint_of(
    function: Callable[..., Any], fingerprints: Fingerprints | None = None, packages: Iterable[str] = ()
) -> Fingerprint:
    """Return the fingerprint of a function's code.

    Code without source (typed into a shell), or whose file has changed since it was imported, is fingerprinted by its
    bytecode, which differs between releases of Python.

    Args:
        function: of a declared workflow.
        fingerprints: what has read the files for other workflows before, if anything.
        packages: installed packages and modules that count, too.
    """
    # A decorator below `@workflow` gives its own function the name of the one that it wraps.
    function = inspect.unwrap(function)
    located = ImportedSources().named(function.__module__)
    code = function.__code__
    if located is not None and os.path.abspath(located.path) == os.path.abspath(code.co_filename):
        reader = fingerprints if fingerprints is not None else Fingerprints(ImportedSources(), HOLDFAST, packages)
        try:
            found = reader.of(located, function.__qualname__, code.co_firstlineno)
        except Unreadable:
            found = None  # a file is gone or half written; what runs is the bytecode
        if found is not None:
            return found
    return Fingerprint(hashlib.blake2b(_bytecode(function).encode(), digest_size=_BYTES).hexdigest(), {})


def fix_versions(workflows: Iterable[Workflow[Any, Any]]) -> None:
    """Work out the versions of workflows, reading each file once for all of them; those known are left alone."""
    with _lock:
        fingerprints = Fingerprints(ImportedSources(), HOLDFAST)
        for workflow in workflows:
            if workflow.fingerprint is None and workflow.own_version is None:
                workflow.fingerprint = fingerprint_of(workflow.function, fingerprints)


def _bytecode(function: Callable[..., Any]) -> str:
    """Return the bytecode of a function and of those that it reaches by global names, as text."""
    lines: list[str] = []
    pending: list[Any] = [function]
    seen: set[int] = set()
    while pending:
        target = inspect.unwrap(pending.pop())
        if id(target) in seen or getattr(target, "__holdfast_boundary__", False):
            continue
        seen.add(id(target))
        if isinstance(target, type):
            pending += [value for value in vars(target).values() if isinstance(value, types.FunctionType)]
        elif isinstance(target, types.FunctionType):
            codes = [target.__code__]
            for code in codes:
                plain = [_constant(value) for value in code.co_consts if not isinstance(value, types.CodeType)]
                lines.append(f"{code.co_code.hex()} {plain} {code.co_names}")
                codes += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
            names = {name for code in codes for name in code.co_names}
            same = [target.__globals__.get(name) for name in sorted(names)]
            pending += [value for value in same if getattr(value, "__module__", None) == target.__module__]
    return "\n".join(lines)


def _constant(value: object) -> str:
    """Return a constant as text; a set's in an order that is no process's own."""
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_constant, value)))}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_constant, value))})"
    return repr(value)
