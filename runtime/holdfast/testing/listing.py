"""Directory listings in another order, while steps run: what a step returns must not depend on it."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

_FUNCTIONS: Final = (os.listdir, os.scandir)
"""Everything in the standard library that lists a directory does it with one of them."""
_ELSEWHERE: Final = tuple(
    each for name in ("_StringGlobber", "_GlobberBase") if (each := getattr(glob, name, None)) is not None
)
"""Classes that hold one of them as an attribute (3.13 and later)."""


class Listings:
    """What was listed.

    Attributes:
        count: how many listings there were.
    """

    def __init__(self) -> None:
        self.count = 0


class _Entries:
    """Directory entries as `os.scandir` gives them, the last one first."""

    def __init__(self, entries: Any) -> None:
        with entries:
            self._entries = iter(list(entries)[::-1])

    def __iter__(self) -> Iterator[Any]:
        return self._entries

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> _Entries:
        return self

    def __exit__(self, *ended: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is left open."""


@contextmanager
def listings(turned: bool) -> Iterator[Listings]:
    """Count directory listings while the block runs, in this whole process; `turned` gives them in the reverse order."""
    found = Listings()
    stands_in = {id(each): _standing_in(each, found, turned) for each in _FUNCTIONS}
    places: list[tuple[Any, str, Any]] = []
    for holder in [*sys.modules.values(), *_ELSEWHERE]:
        for name, value in list(getattr(holder, "__dict__", {}).items()):
            plain = value.__func__ if type(value) is staticmethod else value  # asking a proxy for its class runs it
            if id(plain) in stands_in and holder is not sys.modules[__name__]:
                places.append((holder, name, value))
    for holder, name, value in places:
        plain = value.__func__ if type(value) is staticmethod else value
        other = stands_in[id(plain)]
        setattr(holder, name, staticmethod(other) if type(value) is staticmethod else other)
    try:
        yield found
    finally:
        for holder, name, value in places:
            setattr(holder, name, value)


def _standing_in(original: Callable[..., Any], found: Listings, turned: bool) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        found.count += 1
        listed = original(*args, **kwargs)
        if not turned:
            return listed
        return listed[::-1] if isinstance(listed, list) else _Entries(listed)

    return call
