"""Asking objects of other people's code what they are, without running any of it.

`isinstance` asks an object for its `__class__`, which proxies (Flask's `request`, Django's settings) answer by finding or
making what they stand for.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, TypeGuard, TypeVar

T = TypeVar("T")


def is_a(value: Any, kind: type[T]) -> TypeGuard[T]:
    """Whether the very type of `value` is `kind` or derives from it."""
    return issubclass(type(value), kind)


def names_in(owner: types.ModuleType | type) -> Mapping[str, Any]:
    """Return what a module or a class holds; a module that is loaded at first use stays as it is."""
    if is_a(owner, type):
        return vars(owner)
    held: dict[str, Any] = types.ModuleType.__getattribute__(owner, "__dict__")
    return held
