"""Which lines of which files differ from a revision: those of commits since, of the index, of files not yet saved to either."""

import os
import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from holdfast_analyzer.git.program import read, toplevel
from holdfast_analyzer.git.revisions import merge_base

Lines = tuple[int, int]
"""First and last line, from 1, both included."""

EVERY_LINE: tuple[Lines, ...] = ((0, 1 << 60),)
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


class Changes(Struct, frozen=True):
    """What differs from a revision.

    Attributes:
        base: id of the commit that the checkout is compared to.
        lines: real path of a file → its changed lines, in order; a deletion counts for the lines on both sides of it.
    """

    base: str
    lines: Mapping[str, tuple[Lines, ...]]

    def has(self, path: str) -> bool:
        """Return whether a file has changed.

        Args:
            path: absolute, or relative to the working directory.
        """
        return _real(path) in self.lines

    def touches(self, path: str, first: int, last: int) -> bool:
        """Return whether a line from `first` to `last`, both included, has changed in a file.

        Args:
            path: absolute, or relative to the working directory.
            first: from 1.
            last: from 1.
        """
        return any(first <= end and start <= last for start, end in self.lines.get(_real(path), ()))


def _real(path: str) -> str:
    # Of the file itself the name counts: git tracks a link by its own name.
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(_real_folder(folder), name)


@lru_cache(maxsize=4096)
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def changes_since(folder: str, revision: str) -> Changes:
    """Return what differs between the files on disk and the commit where they parted from a revision.

    A renamed file is compared to what it was; a file that git does not track, and does not ignore, has changed throughout.

    Args:
        folder: an absolute path inside a checkout.
        revision: anything that git understands: `main`, `origin/main`, `HEAD~2`.

    Raises:
        GitFailed: it is no checkout, the revision names no commit, or both have no history in common.
    """
    root = toplevel(folder)
    base = merge_base(root, revision)
    patch = read(
        root,
        *("diff", "--unified=0", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv"),
        *("--ignore-submodules", "--src-prefix=a/", "--dst-prefix=b/", base, "--"),
    )
    lines = {os.path.join(root, os.fsdecode(path)): tuple(found) for path, found in _files_of(patch).items()}
    for name in read(root, "ls-files", "-z", "--others", "--exclude-standard").split(b"\0"):
        if name:
            lines[os.path.join(root, os.fsdecode(name))] = EVERY_LINE
    return Changes(base, lines)


def _files_of(patch: bytes) -> dict[bytes, list[Lines]]:
    """Return the changed lines of each file of a patch without context."""
    files: dict[bytes, list[Lines]] = {}
    found: list[Lines] = []
    rows = iter(patch.split(b"\n"))
    for row in rows:
        if row.startswith(b"+++ "):
            found = []
            name = _unquoted(row[4:])
            if name != b"/dev/null":
                files[name.removeprefix(b"b/")] = found
            continue
        hunk = _HUNK.match(row)
        if hunk is None:
            continue
        removed = int(hunk[1]) if hunk[1] is not None else 1
        first = int(hunk[2])
        added = int(hunk[3]) if hunk[3] is not None else 1
        found.append((first, first + added - 1) if added else (first, first + 1))
        # What a hunk holds may look like a header; `\ No newline at end of file` is no line of it.
        left = removed + added
        while left and (line := next(rows, None)) is not None:
            left -= not line.startswith(b"\\")
    return files


def _unquoted(name: bytes) -> bytes:
    """Return a path as it is: git quotes one with control characters, quotes or backslashes as C does."""
    name = name.rstrip(b"\t")  # behind a name with blanks git writes a tab
    if name.startswith(b'"') and name.endswith(b'"'):
        return name[1:-1].decode("unicode_escape").encode("latin-1")
    return name
