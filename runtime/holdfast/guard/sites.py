"""Call sites that have been seen to call only what is harmless, often enough to be left alone."""

from __future__ import annotations

from types import CodeType
from typing import Any, Final

_ENOUGH: Final = 8
"""Harmless calls after which a site is left alone."""
_ENOUGH_OF_SEVERAL: Final = 256
"""The same, for a site that has called more than one thing."""


class Sites:
    """How many more harmless calls each site may make before nobody looks any more.

    Attributes:
        left: by the identity of a code object and the offset of an instruction: the number, and what tells apart what
            was called; the code object, so that its identity is nobody else's.
    """

    def __init__(self) -> None:
        self.left: dict[tuple[int, int], tuple[int, int, CodeType]] = {}

    def harmless(self, code: CodeType, offset: int, called: Any) -> bool:
        """Note a harmless call; return whether it was the last that is looked at."""
        key = (id(code), offset)
        left, same, _ = self.left.get(key, (_ENOUGH, id(called), code))
        if same and same != id(called):
            left, same = _ENOUGH_OF_SEVERAL, 0
        self.left[key] = (left - 1, same, code)
        return left <= 1

    def clear(self) -> None:
        """Look at every site again."""
        self.left.clear()
