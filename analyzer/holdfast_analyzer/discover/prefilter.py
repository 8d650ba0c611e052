"""Which files name an engine, told from their bytes alone."""

import re
from collections.abc import Iterable
from hashlib import blake2b

_SPACE = rb"(?:[ \t\f]|\\\r?\n?)"


class EnginePrefilter:
    """Finds import statements of some packages in undecoded source: too many now and then (in a string), never too few.

    `import a, package`, `from package.x import y`, at any depth, over continued lines, `importlib.import_module("package")`
    and `__import__("package")` are all found.

    Args:
        packages: dotted names of the packages, such as those of the active engine profiles.

    Attributes:
        key: changes with the packages, for whoever keeps the answers.
    """

    def __init__(self, packages: Iterable[str]) -> None:
        names = sorted(set(packages))
        self.key = blake2b("\0".join(names).encode(), digest_size=16).digest()
        self._inner: dict[bytes, list[tuple[bytes, ...]]] = {}
        for name in names:
            top, *inner = name.encode().split(b".")
            self._inner.setdefault(top, []).append(tuple(inner))
        tops = b"|".join(re.escape(top) for top in sorted(self._inner))
        before = rb"(?:[\w.\x80-\xff]++(?:" + _SPACE + rb"++as" + _SPACE + rb"++[\w\x80-\xff]++)?+"
        before += _SPACE + rb"*+," + _SPACE + rb"*+)*"
        opened = rb"\s*\(\s*[\"']"
        self._import = re.compile(
            rb"\b(?:from" + _SPACE + rb"++|import(?:" + _SPACE + rb"++" + before + rb"|_module" + opened + rb")"
            rb"|__import__" + opened + rb")(" + tops + rb")(?!\w)"
        )

    def names_engine(self, data: bytes) -> bool:
        """Whether a file imports one of the packages.

        Args:
            data: the whole content of the file.
        """
        if not self._inner:
            return False
        # Of a dotted package the inner names may stand anywhere: `from a import b`, `import a.b.c`.
        return any(
            all(part in data for part in inner)
            for match in self._import.finditer(data)
            for inner in self._inner[match[1]]
        )
