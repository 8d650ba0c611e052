"""The files to check, from the paths that the user names."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from msgspec import Struct

from holdfast_analyzer.discover.ignored import ignored_paths
from holdfast_analyzer.discover.patterns import PathPatterns
from holdfast_analyzer.git import GitFailed, checkout_around
from holdfast_analyzer.modules import PROJECT_FILES, shown_path
from holdfast_analyzer.report import FileError

ALWAYS_EXCLUDED = ("*.egg-info", "*.dist-info")
"""Folders of packaging metadata; a virtual environment is told by its `pyvenv.cfg`, whatever its name."""


class UnusablePath(Exception):
    """A path that the user names cannot be checked.

    Attributes:
        path: as it was named.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


class Discovery(Struct, frozen=True):
    """What there is to check.

    Attributes:
        files: paths, sorted, each once: relative to the working directory when below it, else absolute; with slashes.
        projects: folders with a `pyproject.toml`, `setup.py` or `setup.cfg`, in the same form; "." for the working directory.
        errors: folders that cannot be read, and the like.
        standard_input: whether `-` was among the paths.
    """

    files: list[str]
    projects: list[str]
    errors: list[FileError]
    standard_input: bool


def discover(
    paths: Iterable[str],
    *,
    directory: str | Path,
    root: str | Path | None = None,
    exclude: Sequence[str] = (),
    include: Sequence[str] = ("*.py",),
    respect_gitignore: bool = True,
) -> Discovery:
    """Find the Python files of some paths.

    A file that is named is taken whatever its name; a folder that is named is searched even if `exclude` names it.
    Links to folders are followed once everything else is searched, each folder once.

    Args:
        paths: files, folders, or `-` for the standard input.
        directory: the absolute working directory.
        root: the absolute folder that patterns with a slash are relative to; None for `directory`.
        exclude: patterns of files and folders to leave out; see `PathPatterns`.
        include: patterns of the files to take in a folder.
        respect_gitignore: leave out what git ignores.

    Raises:
        UnusablePath: a path does not exist, or is neither a file nor a folder.
    """
    search = _Search(
        os.path.abspath(directory), os.path.abspath(root or directory), exclude, include, respect_gitignore
    )
    standard_input = False
    for path in paths:
        if path == "-":
            standard_input = True
        else:
            search.add(path)
    search.follow_links()
    return Discovery(search.files(), sorted(search.projects), search.errors, standard_input)


class _Search:
    def __init__(
        self, directory: str, root: str, exclude: Sequence[str], include: Sequence[str], respect_gitignore: bool
    ) -> None:
        self._directory = directory
        self._prefix = os.path.join(directory, "")
        self._root_prefix = os.path.join(root, "")
        self._exclude = PathPatterns([*exclude, *ALWAYS_EXCLUDED])
        self._include = PathPatterns(include)
        self._respect_gitignore = respect_gitignore
        self._ignored: frozenset[str] = frozenset()
        self._found: set[str] = set()
        self._linked_files: list[str] = []
        self._linked_folders: list[str] = []
        self._seen: set[tuple[int, int]] = set()
        self.projects: set[str] = set()
        self.errors: list[FileError] = []

    def add(self, path: str) -> None:
        absolute = os.path.normpath(os.path.join(self._directory, path))
        try:
            mode = os.stat(absolute).st_mode
        except OSError as error:
            reason = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read: {_reason(error)}"
            raise UnusablePath(path, f"path `{path}` {reason}") from error
        except ValueError as error:
            raise UnusablePath(path, f"path {path!r} is no path: {error}") from error
        if S_ISREG(mode):
            self._take(absolute)
        elif S_ISDIR(mode):
            if self._respect_gitignore and checkout_around(absolute) is not None:
                self._ask_git(absolute)
            self._walk(absolute)
        else:
            raise UnusablePath(path, f"path `{path}` is neither a file nor a folder")

    def files(self) -> list[str]:
        for link in self._linked_files:
            # A link to a file that is checked anyhow would only double its findings.
            if os.path.realpath(link) not in self._found:
                self._take(link)
        return sorted(self._shown(path) for path in self._found)

    def follow_links(self) -> None:
        while self._linked_folders:
            self._walk(self._linked_folders.pop(0))

    def _walk(self, start: str) -> None:
        stack = [start]
        while stack:
            folder = stack.pop()
            try:
                state = os.stat(folder)
                if (state.st_dev, state.st_ino) in self._seen:
                    continue
                self._seen.add((state.st_dev, state.st_ino))
                with os.scandir(folder) as found:
                    entries = list(found)
            except OSError as error:
                self._error(folder, f"folder cannot be read: {_reason(error)}")
                continue
            names = {entry.name for entry in entries}
            if "pyvenv.cfg" in names and folder != start:
                continue
            if not names.isdisjoint(PROJECT_FILES):
                self.projects.add(self._shown(folder) or ".")
            if ".git" in names and folder != start and self._respect_gitignore:
                self._ask_git(folder)
            stack.extend(self._sort_out(entries))

    def _sort_out(self, entries: Iterable[os.DirEntry[str]]) -> Iterator[str]:
        """Take the files among the entries of a folder; yield the folders to search."""
        root, ignored = self._root_prefix, self._ignored
        for entry in entries:
            path = entry.path
            relative = path[len(root) :] if path.startswith(root) else path
            if os.sep != "/":
                relative = relative.replace(os.sep, "/")
            try:
                is_folder = entry.is_dir()
                if not is_folder and not (self._include.matches(entry.name, relative) and entry.is_file()):
                    continue
                is_link = entry.is_symlink()
            except OSError as error:
                # A link to itself, among others.
                self._error(path, f"cannot be read: {_reason(error)}")
                continue
            if path in ignored or self._exclude.matches(entry.name, relative):
                continue
            if is_link:
                (self._linked_folders if is_folder else self._linked_files).append(path)
            elif is_folder:
                yield path
            else:
                self._take(path)

    def _take(self, path: str) -> None:
        try:
            path.encode()
        except UnicodeEncodeError:
            self._error(path, "name is not valid UTF-8; rename the file to have it checked")
            return
        self._found.add(path)

    def _ask_git(self, folder: str) -> None:
        try:
            self._ignored |= ignored_paths(folder)
        except GitFailed as error:
            self._error(folder, f"git cannot say which files are ignored: {error}; none is left out for it")

    def _error(self, path: str, message: str) -> None:
        shown = self._shown(path).encode("utf-8", "backslashreplace").decode()
        self.errors.append(FileError(path=shown or ".", line=0, message=message))

    def _shown(self, path: str) -> str:
        return "" if path == self._directory else shown_path(path, self._prefix)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
