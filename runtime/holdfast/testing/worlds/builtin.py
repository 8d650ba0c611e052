"""Putting something in the place of a built-in function, so that it behaves like one."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from typing import Any, Final

_INTERNAL: Final = (
    "threading",
    "asyncio",
    "concurrent",
    "logging",
    "selectors",
    "queue",
    "multiprocessing",
    "holdfast",
)
"""Modules that ask for thread ids and the like for their own book-keeping."""


class Replaced:
    """Stands in for a built-in function. Not a function itself, since that would become a method in a class body."""

    def __init__(self, original: Callable[..., Any], call: Callable[..., Any]) -> None:
        self._call = call
        self.__name__: str = getattr(original, "__name__", "")
        self.__qualname__: str = getattr(original, "__qualname__", "")
        self.__module__ = getattr(original, "__module__", "")
        self.__doc__ = original.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(*args, **kwargs)


def replace(module: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put `make(original)` in the place of a module's function, if this platform has it."""
    original = getattr(module, name, None)
    if original is not None:
        setattr(module, name, Replaced(original, make(original)))


def replace_method(cls: type, name: str, method: Any) -> None:
    """Set an attribute of a class, of one written in C, too: its identity must not change, annotations name it.

    The dictionary behind the read-only view is found through the garbage collector; `PyType_Modified` has the
    interpreter forget what it has cached of the class.
    """
    (attributes,) = gc.get_referents(cls.__dict__)
    attributes[name] = method
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(cls))


def for_others(original: Callable[..., Any], shifted: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that gives the standard library's own threads and loops the original's answer."""

    def call(*args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(2)  # beyond `Replaced.__call__`
        caller = frame.f_globals.get("__name__", "").partition(".")[0]
        return original(*args, **kwargs) if caller in _INTERNAL else shifted(*args, **kwargs)

    return call
