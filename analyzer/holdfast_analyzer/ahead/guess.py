"""Which files of the project an import most likely means: a guess, for reading ahead."""

import os
from collections.abc import Collection, Iterable, Iterator


def likely_files(importer: str, imports: Iterable[tuple[str, int, list[str]]], files: Collection[str]) -> Iterator[str]:
    """Guess the files that a file imports.

    Whether they are the right ones does not matter: what is read in vain is never asked for, and what is not read ahead
    is read when it is needed.

    Args:
        importer: the path of the importing file.
        imports: module, level and names of each import.
        files: the paths of the project's files.

    Yields:
        Paths of `files`: of the modules in the nearest folder at or above the importer's that has them, and of the
        submodules among the names.
    """
    folder = os.path.dirname(importer)
    for module, level, names in imports:
        parts = module.replace(".", os.sep)
        for base in _above(folder, level, files):
            whole = os.path.join(base, parts) if parts else base
            found = [path for path in (f"{whole}.py", os.path.join(whole, "__init__.py")) if path in files]
            found += [path for name in names if (path := os.path.join(whole, f"{name}.py")) in files]
            if found:
                yield from found
                break


def _above(folder: str, level: int, files: Collection[str]) -> Iterator[str]:
    """The folders that an import may begin in: of a relative one the one that it names, else those that are no package."""
    if level:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        yield folder
        return
    while True:
        if os.path.join(folder, "__init__.py") not in files:
            yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above
