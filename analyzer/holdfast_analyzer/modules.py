"""From a file to its dotted module name, and from a name that a file imports to the file that it means.

Names are looked up as Python's path finder does it (PEP 328 packages, PEP 420 namespace packages, `.pth` lines of the
`site` module), but on folders that a project is likely to have on its path, and without importing anything.
"""

import os
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

PROJECT, SITE, STDLIB, BUILTIN = "project", "site", "stdlib", "builtin"

PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
"""Files that make their folder the root of a project."""

_CHECKOUTS = (".git", ".hg")
_SITE_NAMES = ("site-packages", "dist-packages")
_SHADOWED = frozenset({"test", "this", "antigravity", "idlelib", "lib2to3", "distutils", "turtledemo", "xxsubtype"})
"""Modules of the standard library whose names projects use for folders of their own (`test`), or that may be gone."""


class ModuleFile(Struct, frozen=True):
    """A module and where its source lies.

    Attributes:
        path: of the file: relative to the working directory when it lies below, else absolute; always with slashes. For a
            namespace package its folder; "" for a module that is built into the interpreter.
        name: its dotted name.
        kind: `project`, `site` (an installed package), `stdlib` or `builtin`.
        is_package: whether it is an `__init__.py`, or a namespace package.
    """

    path: str
    name: str
    kind: str
    is_package: bool


def resolve_relative(importer_module: str, level: int, module: str, *, is_package: bool = False) -> str:
    """The absolute name of a module that is imported with leading dots.

    Args:
        importer_module: dotted name of the importing module.
        level: how many dots; 0 for an absolute import.
        module: what follows the dots, maybe "".
        is_package: whether the importing module is an `__init__.py`.

    Returns:
        The dotted name; beyond the top of the package as much of it as there is.
    """
    if not level:
        return module
    parts = importer_module.split(".")
    base = parts[: max(len(parts) - level + is_package, 0)]
    return ".".join([*base, module] if module else base)


class ModuleFinder:
    """Finds modules by name, and names of files. Folders are listed once; nothing is imported.

    Args:
        directory: the absolute working directory, to which paths are relative.
        paths: files and folders under analysis, relative to it or absolute: modules are found below them.
        src: folders from which the project imports (config `src`), relative to `directory` or absolute.
        environment: folder of the virtual environment with the installed packages; None for `.venv` or `venv` in
            `directory`, else the one that `VIRTUAL_ENV` names, else that of the running interpreter.
        projects: folders below that hold a `pyproject.toml` or `setup.py`, as `discover` reports them: their packages
            are found from their neighbours, too.
        home: the absolute folder from which the project's own commands are run; None for `directory`. Only a copy of a
            project that lies elsewhere has another.
    """

    def __init__(
        self,
        directory: str | Path,
        paths: Iterable[str] = (),
        src: Iterable[str] = (),
        environment: str | Path | None = None,
        projects: Iterable[str] = (),
        home: str | Path | None = None,
    ) -> None:
        self.directory = os.path.abspath(directory)
        self._home = os.path.abspath(home) if home is not None else self.directory
        self._prefix = os.path.join(self.directory, "")
        self._src = [self._absolute(folder) for folder in src]
        given = [self._absolute(path) for path in paths]
        self._tops = {self._home, *map(_top_of, given)}
        self._projects = [self._absolute(folder) for folder in projects]
        self._site = _site_folders(self._home, environment)
        self._stdlib = sysconfig.get_paths()["stdlib"]
        self._areas = self._kinds_of_folders(path if os.path.isdir(path) else os.path.dirname(path) for path in given)
        self._kinds: dict[str, str] = {}
        self._listings: dict[str, frozenset[str]] = {}
        self._folders: dict[str, bool] = {}
        self._package_roots: dict[str, str] = {}
        self._roots: dict[str, list[str]] = {}
        self._in_root: dict[tuple[str, str], str] = {}
        self._neighbours: dict[str, list[str]] | None = None
        self._found: dict[tuple[str, str], ModuleFile | None] = {}
        self._files: dict[str, ModuleFile] = {}

    # Names of files

    def file(self, path: str) -> ModuleFile:
        """Name a file.

        Args:
            path: of the file, as `discover` and `find` give it, or any other way; it need not exist.

        Returns:
            The file as a module: its name counts from the folder above its outermost package; that of a file in no
            package from the `src` folder that it lies in, else from its own folder.
        """
        known = self._files.get(path)
        if known is None:
            absolute = self._absolute(path)
            folder, name = os.path.split(absolute)
            stem = os.path.splitext(name)[0]
            is_package = stem == "__init__"
            root = self._naming_root(folder)
            below = os.path.relpath(folder, root) if folder != root else ""
            parts = [*below.split(os.sep), stem] if below else [stem]
            if is_package and len(parts) > 1:
                parts.pop()
            known = ModuleFile(self._shown(absolute), ".".join(parts), self._kind(absolute), is_package)
            self._files[path] = known
        return known

    def _naming_root(self, folder: str) -> str:
        root = self._package_root(folder)
        if root != folder:
            return root
        around = [
            found
            for found in [*self._site, self._stdlib, *self._src]
            if folder.startswith(os.path.join(found, "")) and found != self._home
        ]
        # The innermost: site-packages lie below the standard library.
        return max(around, key=len, default=folder)

    def _package_root(self, folder: str) -> str:
        """The folder above the outermost package that `folder` belongs to; `folder` itself when it is no package."""
        root = self._package_roots.get(folder)
        if root is None:
            parent = os.path.dirname(folder)
            is_package = "__init__.py" in self._listing(folder) and parent != folder
            root = self._package_root(parent) if is_package else folder
            self._package_roots[folder] = root
        return root

    def _kind(self, absolute: str) -> str:
        folder = os.path.dirname(absolute)
        kind = self._kinds.get(folder)
        if kind is None:
            around = [
                (len(top), kind == PROJECT, kind)
                for top, kind in self._areas
                if folder == top or folder.startswith(os.path.join(top, ""))
            ]
            # The innermost area decides: site-packages lie below the project, or below the standard library.
            kind = self._kinds[folder] = max(around)[2] if around else PROJECT
        return kind

    def _kinds_of_folders(self, given: Iterable[str]) -> list[tuple[str, str]]:
        own = {*self._tops, *given}
        areas = [(folder, PROJECT) for folder in own]
        for folder in self._site:
            # An editable install adds a folder of the project itself.
            within = any(folder == top or folder.startswith(os.path.join(top, "")) for top in own)
            if not within or os.path.basename(folder) in _SITE_NAMES:
                areas.append((folder, SITE))
        return [*areas, (self._stdlib, STDLIB)]

    # Files of names

    def find(self, module: str, importer: str, level: int = 0) -> ModuleFile | None:
        """Find the module that an import means.

        Args:
            module: its absolute dotted name; for a relative import as `resolve_relative` gives it.
            importer: path of the importing file.
            level: how many dots the import had: a relative import is looked up beside the importer alone.

        Returns:
            The module; of several with that name the one nearest to the importer. None when there is none.
        """
        folder = os.path.dirname(self._absolute(importer))
        key = (f"{'.' * level}{module}", importer if level else folder)
        if key in self._found:
            return self._found[key]
        found = self._relative(module, importer, level) if level else self._search(module, folder)
        self._found[key] = found
        return found

    def is_installed(self, package: str) -> bool:
        """Whether a top-level package or module lies in the environment's installed packages."""
        return any(self._look(root, package) for root in self._site)

    def environment_key(self) -> bytes:
        """What changes when a package is installed or removed: the folders of installed packages and their times."""
        parts = []
        for folder in self._site:
            try:
                parts.append(f"{folder} {os.stat(folder).st_mtime_ns}")
            except OSError:
                # A folder that is named and not there holds no package.
                parts.append(folder)
        return "\0".join(parts).encode("utf-8", "surrogateescape")

    def _relative(self, module: str, importer: str, level: int) -> ModuleFile | None:
        this = self.file(importer)
        base = resolve_relative(this.name, level, "", is_package=this.is_package)
        folder = os.path.dirname(self._absolute(importer))
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        if base and (module == base or module.startswith(f"{base}.")):
            module = module[len(base) + 1 :]
        if not module:
            found = os.path.join(folder, "__init__.py")
            if "__init__.py" in self._listing(folder):
                return self.file(self._shown(found))
            return ModuleFile(self._shown(folder), base, self._kind(folder), True)
        path = self._look(folder, module)
        if path:
            return self.file(self._shown(path))
        spread = self._namespace(folder, module)
        name = f"{base}.{module}" if base else module
        return ModuleFile(self._shown(spread), name, self._kind(spread), True) if spread else None

    def _search(self, module: str, folder: str) -> ModuleFile | None:
        top = module.partition(".")[0]
        if top in sys.stdlib_module_names and top not in _SHADOWED:
            return self._in_stdlib(module)
        roots = self._roots_of(folder)
        # A namespace package of the importer's own project is meant before a package of another project in the tree.
        for around in ((*roots, *self._site), self._neighbouring(top, folder)):
            for root in around:
                path = self._look(root, module)
                if path:
                    return self.file(self._shown(path))
            if top in sys.stdlib_module_names:
                return self._in_stdlib(module)
            for root in around:
                path = self._namespace(root, module)
                if path:
                    return ModuleFile(self._shown(path), module, self._kind(path), True)
        return None

    def _in_stdlib(self, module: str) -> ModuleFile | None:
        path = self._look(self._stdlib, module)
        if path:
            return ModuleFile(self._shown(path), module, STDLIB, path.endswith("__init__.py"))
        # Compiled into the interpreter, or an extension module.
        return ModuleFile("", module, BUILTIN, False) if module in sys.stdlib_module_names else None

    def _look(self, root: str, module: str) -> str:
        """The file of a module below a root; "" when there is none, or when it is a namespace package."""
        key = (root, module)
        path = self._in_root.get(key)
        if path is None:
            path = self._in_root[key] = self._look_up(root, module)
        return path

    def _look_up(self, root: str, module: str) -> str:
        *above, name = module.split(".")
        folder = self._descend(root, above)
        if folder is None:
            return ""
        names = self._listing(folder)
        # A package wins over a module of the same name.
        if name in names and "__init__.py" in self._listing(os.path.join(folder, name)):
            return os.path.join(folder, name, "__init__.py")
        path = os.path.join(folder, f"{name}.py")
        return path if f"{name}.py" in names and not os.path.isdir(path) else ""

    def _namespace(self, root: str, module: str) -> str:
        folder = self._descend(root, module.split("."))
        return folder if folder is not None and self._listing(folder) else ""

    def _descend(self, root: str, names: Sequence[str]) -> str | None:
        for name in names:
            if name not in self._listing(root):
                return None
            root = os.path.join(root, name)
        return root

    # Roots

    def _roots_of(self, folder: str) -> list[str]:
        """The project's roots for files of a folder, nearest first."""
        roots = self._roots.get(folder)
        if roots is None:
            start = self._package_root(folder)
            top = self._top_around(start)
            roots = []
            while True:
                roots.append(start)
                if "src" in self._listing(start):
                    roots.append(os.path.join(start, "src"))
                parent = os.path.dirname(start)
                if start == top or parent == start:
                    break
                start = parent
            roots += [source for source in self._src if source not in roots]
            # Scripts inside a package are run from their own folder, or from one between it and the package's root.
            inner = folder
            while inner != self._package_root(folder):
                roots.append(inner)
                inner = os.path.dirname(inner)
            roots += [found for found in sorted(self._tops) if found not in roots]
            self._roots[folder] = roots
        return roots

    def _top_around(self, folder: str) -> str:
        """How far up roots go: to the outermost folder under analysis around `folder`, else to its checkout, else nowhere."""
        around = [top for top in self._tops if folder == top or folder.startswith(os.path.join(top, ""))]
        return min(around, key=len) if around else _top_of(folder)

    def _neighbouring(self, top: str, folder: str) -> list[str]:
        """Roots of other projects in the same tree that hold a module named `top`, nearest to `folder` first."""
        if self._neighbours is None:
            self._neighbours = {}
            for project in self._projects:
                for root in (project, os.path.join(project, "src")):
                    for name in self._listing(root):
                        stem, dot, suffix = name.partition(".")
                        if not dot or suffix == "py":
                            self._neighbours.setdefault(stem, []).append(root)
        found = self._neighbours.get(top, [])
        return sorted(found, key=lambda root: (-len(os.path.commonpath([root, folder])), root)) if found else []

    # The file system

    def _listing(self, folder: str) -> frozenset[str]:
        names = self._listings.get(folder)
        if names is None:
            try:
                names = frozenset(os.listdir(folder))
            except OSError:
                # A file, or a folder that cannot be read: as for Python's own finder, it holds no modules.
                names = frozenset()
            self._listings[folder] = names
        return names

    def _absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.directory, path))

    def _shown(self, absolute: str) -> str:
        return shown_path(absolute, self._prefix)


def shown_path(absolute: str, prefix: str) -> str:
    """A path as findings name it.

    Args:
        absolute: a normalized absolute path.
        prefix: the working directory, ending in a separator.

    Returns:
        Relative to the working directory for a path below it, else absolute; with slashes on every system.
    """
    found = absolute[len(prefix) :] if absolute.startswith(prefix) else absolute
    return found.replace(os.sep, "/") if os.sep != "/" else found


def _top_of(path: str) -> str:
    """The folder of the project that a path belongs to: its checkout, else the outermost one with a project file."""
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    top = folder
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _CHECKOUTS):
            return folder
        if any(os.path.exists(os.path.join(folder, name)) for name in PROJECT_FILES):
            top = folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return top
        folder = parent


def _site_folders(directory: str, environment: str | Path | None) -> list[str]:
    """The folders of the installed packages, with those that `.pth` files add (editable installs)."""
    active = os.environ.get("VIRTUAL_ENV")
    candidates = [os.path.join(directory, str(environment))] if environment is not None else []
    candidates += [os.path.join(directory, ".venv"), os.path.join(directory, "venv"), *([active] if active else [])]
    folders: list[str] = []
    for candidate in candidates:
        folders = _packages_of(Path(candidate))
        if folders:
            break
    if not folders:
        folders = [path for path in sys.path if os.path.basename(path) in _SITE_NAMES]
    return list(dict.fromkeys([*folders, *(added for folder in folders for added in _added_by_pth(folder))]))


def _packages_of(environment: Path) -> list[str]:
    found = [*environment.glob("lib*/python3*/site-packages"), *environment.glob("Lib/site-packages")]
    return sorted({os.path.normpath(path) for path in found})


def _added_by_pth(folder: str) -> list[str]:
    added: list[str] = []
    for pth in sorted(Path(folder).glob("*.pth")):
        try:
            lines = pth.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            # `site` itself passes over a `.pth` file that it cannot read.
            continue
        for line in lines:
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                path = os.path.normpath(os.path.join(folder, line.strip()))
                if os.path.isdir(path):
                    added.append(path)
    return added
