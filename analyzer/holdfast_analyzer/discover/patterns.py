"""Patterns that name files and folders: `exclude`, `extend-exclude`, `include`."""

import re
from collections.abc import Iterable

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|[^*?\[]+|\[")


class PathPatterns:
    """A set of patterns, matched together.

    A pattern without a slash is a name or a glob of a name, at any depth; one with a slash is a glob of a path relative to
    the project's folder, where `**` stands for any number of folders. A slash at either end says nothing more.

    Args:
        patterns: the patterns.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        names: set[str] = set()
        name_globs: list[str] = []
        path_globs: list[str] = []
        for pattern in patterns:
            pattern = pattern.removeprefix("./")
            is_path = "/" in pattern.rstrip("/")
            bare = pattern.strip("/")
            if is_path:
                path_globs.append(glob_expression(bare))
            elif any(character in bare for character in "*?["):
                name_globs.append(glob_expression(bare))
            elif bare:
                names.add(bare)
        self._names = frozenset(names)
        self._name_glob = re.compile("|".join(name_globs)) if name_globs else None
        self._path_glob = re.compile("|".join(path_globs)) if path_globs else None

    def matches(self, name: str, path: str) -> bool:
        """Whether a file or folder is meant.

        Args:
            name: its own name.
            path: its path relative to the project's folder, with slashes.
        """
        return (
            name in self._names
            or (self._name_glob is not None and self._name_glob.fullmatch(name) is not None)
            or (self._path_glob is not None and self._path_glob.fullmatch(path) is not None)
        )


def glob_expression(pattern: str) -> str:
    """A regular expression for a glob in which only `**` crosses a slash.

    Args:
        pattern: the glob.

    Returns:
        An expression to be used with `fullmatch`.
    """
    pieces: list[str] = []
    for token in _TOKEN.findall(pattern):
        if token == "**/":
            pieces.append("(?:.*/)?")
        elif token == "**":
            pieces.append(".*")
        elif token == "*":
            pieces.append("[^/]*")
        elif token == "?":
            pieces.append("[^/]")
        elif token.startswith("[") and len(token) > 2:
            inner = token[1:-1].replace("\\", "\\\\").replace("[", "\\[").replace("&&", "\\&&").replace("||", "\\||")
            pieces.append(f"[^{inner[1:]}]" if inner.startswith("!") else f"[{inner}]")
        else:
            pieces.append(re.escape(token))
    return f"(?:{''.join(pieces)})"
