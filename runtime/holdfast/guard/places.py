"""Whose code a frame runs: the project's, a package's, the standard library's or Holdfast's own."""

from __future__ import annotations

import functools
import gc
import os
import sysconfig
from enum import Enum, auto
from pathlib import Path
from types import CodeType, FrameType
from typing import Final


class Place(Enum):
    """Where a file belongs."""

    PROJECT = auto()
    """the project's own code"""
    INSTALLED = auto()
    """a package in site-packages"""
    GENERATED = auto()
    """code without a file: what a dataclass or `exec` makes"""
    LIBRARY = auto()
    """the standard library: the catalogue says what its functions do, so nobody looks inside them"""
    MACHINERY = auto()
    """the import system, logging, warnings, tracebacks: what they do, and what they call, is nobody's workflow code"""
    LOOP = auto()
    """the event loop, on which tasks of everybody run"""
    ENTRY = auto()
    """where Holdfast calls workflow code"""
    HOLDFAST = auto()
    """the rest of Holdfast"""


UNIT: Final = frozenset({Place.PROJECT, Place.INSTALLED, Place.GENERATED})
"""Code that can be part of a unit."""

_OWN: Final = Path(__file__).resolve().parents[1]
_RULES: Final = _OWN.parents[1] / "rules" / "holdfast_rules"
_ENTRIES: Final = tuple(
    str(_OWN / name)
    for name in ("execution/effects.py", "execution/concurrent.py", "guard/", "testing/watching.py", "testing/stubs.py")
)
_PATHS: Final = sysconfig.get_paths()
_LIBRARY: Final = tuple(
    {os.path.join(os.path.realpath(_PATHS[name]), "") for name in ("stdlib", "platstdlib")}
    | {os.path.join(_PATHS[name], "") for name in ("stdlib", "platstdlib")}
)
_MACHINERY: Final = (
    *("importlib/", "logging/", "encodings/", "zoneinfo/", "zipimport.py", "pkgutil.py", "linecache.py"),
    *("warnings.py", "traceback.py", "tokenize.py", "weakref.py", "_weakrefset.py", "_strptime.py", "bdb.py", "pdb.py"),
)
_LOOP: Final = ("asyncio/events.py", "asyncio/base_events.py", "asyncio/runners.py")


@functools.cache
def place_of_file(name: str) -> Place:
    """Return where the file `name` of a code object belongs."""
    if name.startswith("<"):
        return Place.MACHINERY if name.startswith(("<frozen importlib", "<frozen zipimport")) else _unnamed(name)
    if name.startswith((os.path.join(str(_OWN), ""), os.path.join(str(_RULES), ""))) or "/holdfast_rules/" in name:
        return Place.ENTRY if name.startswith(_ENTRIES) else Place.HOLDFAST
    parts = name.replace("\\", "/")
    if "/site-packages/" in parts or "/dist-packages/" in parts:
        return Place.INSTALLED
    for folder in _LIBRARY:
        if name.startswith(folder):
            inside = name[len(folder) :].replace("\\", "/")
            if inside.startswith(_MACHINERY):
                return Place.MACHINERY
            return Place.LOOP if inside.startswith(_LOOP) else Place.LIBRARY
    return Place.PROJECT


def _unnamed(name: str) -> Place:
    # `<stdin>`, `<ipython-input-…>` and doctests are what somebody wrote; `<string>` and its like were generated.
    if name.startswith("<frozen"):
        return Place.LIBRARY
    return Place.PROJECT if name.startswith(("<stdin", "<ipython", "<doctest", "<console")) else Place.GENERATED


def place_of(code: CodeType) -> Place:
    """Return whose code `code` is."""
    return place_of_file(code.co_filename)


def _is_of_the_collector(code: CodeType) -> bool:
    return any(getattr(each, "__code__", None) is code for each in gc.callbacks)


def unit_frames(frame: FrameType | None) -> list[FrameType] | None:
    """Return the frames of workflow code at and above `frame`, the innermost first.

    Returns:
        None when no workflow code is behind it: the import system, logging, a finalizer or Holdfast itself is at work,
        although in the middle of a workflow.
    """
    found: list[FrameType] = []
    while frame is not None:
        code = frame.f_code
        place = place_of_file(code.co_filename)
        if place in UNIT:
            if code.co_name == "__del__" or _is_of_the_collector(code):
                return None  # whenever the collector pleases, between any two lines
            found.append(frame)
        elif place is Place.ENTRY or place is Place.LOOP:
            break
        elif place is Place.HOLDFAST or place is Place.MACHINERY:
            return None
        frame = frame.f_back
    return found or None
