"""Which code objects belong to the units of an engine: what is reached by name from workflows, outside their steps.

More is followed than ever runs as workflow code, which costs nothing: whether a call counts is decided when it happens.
"""

from __future__ import annotations

import functools
import types
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from holdfast.guard.hazards import Hazards
from holdfast.guard.kinds import is_a, names_in
from holdfast.guard.places import UNIT, Place, place_of
from holdfast_rules.hazards.harmless import HARMLESS_PACKAGES

Watch = Callable[[types.CodeType, Mapping[str, Any]], None]
"""Given each code object of the unit, with the names that it sees outside of itself."""

_DEEPEST: Final = 8
"""How many wrappers around a function are looked through."""


class Unit:
    """The code that is followed; grows as workflows run.

    Args:
        hazards: the catalogue, of whose packages nothing is followed: what it does not name there is harmless.
        watch: called once for each code object.
    """

    def __init__(self, hazards: Hazards, watch: Watch) -> None:
        self._hazards = hazards
        self._watch = watch
        self._codes: dict[int, types.CodeType] = {}
        self._classes: dict[int, type] = {}

    def holds(self, code: types.CodeType) -> bool:
        """Whether `code` is followed already."""
        return id(code) in self._codes

    def codes(self) -> list[types.CodeType]:
        """Return every code object that is followed."""
        return list(self._codes.values())

    def forget(self) -> None:
        """Follow nothing any more."""
        self._codes.clear()
        self._classes.clear()

    def follow(self, *targets: Any) -> None:
        """Follow functions, classes and what wraps them, and all that they name. Whatever else is given is no matter."""
        pending: list[Any] = list(targets)
        while pending:
            for function in functions_in(pending.pop()):
                if is_a(function, type):
                    pending.extend(self._members(function))
                elif is_a(function, types.FunctionType) and self._is_new(function):
                    pending.extend(self._enter(function))

    def _is_new(self, function: types.FunctionType) -> bool:
        return not self.holds(function.__code__) and self._is_part(function.__code__, function.__module__)

    def _is_part(self, code: types.CodeType, module: str | None) -> bool:
        place = place_of(code)
        if place not in UNIT:
            return False
        package = (module or "").partition(".")[0]
        known = self._hazards.catalogue.is_known_package(package) or package in HARMLESS_PACKAGES
        return not (known and place is Place.INSTALLED)

    def _enter(self, function: types.FunctionType) -> Iterator[Any]:
        names = visible_names(function)
        pending = [function.__code__]
        while pending:
            code = pending.pop()
            self._codes[id(code)] = code
            self._watch(code, names)
            pending.extend(each for each in code.co_consts if isinstance(each, types.CodeType))
            for name in (*code.co_names, *code.co_freevars):
                value = names.get(name)
                if is_a(value, types.ModuleType):
                    yield from self._of_module(value, code.co_names)
                elif value is not None:
                    yield value

    def _of_module(self, module: types.ModuleType, names: tuple[str, ...]) -> Iterator[Any]:
        held = names_in(module)
        for name in names:
            value = held.get(name)
            if is_a(value, types.ModuleType):
                yield from (names_in(value).get(each) for each in names)
            elif value is not None:
                yield value

    def _members(self, cls: type) -> Iterator[Any]:
        for each in cls.__mro__:
            if id(each) in self._classes or each.__module__ in ("builtins", "abc", "typing"):
                continue
            self._classes[id(each)] = each
            yield from vars(each).values()


def visible_names(function: types.FunctionType) -> Mapping[str, Any]:
    """Return the globals of a function, and what its closure holds."""
    cells = function.__closure__
    if not cells:
        return function.__globals__
    held: dict[str, Any] = {}
    for name, cell in zip(function.__code__.co_freevars, cells, strict=False):
        try:
            held[name] = cell.cell_contents
        except ValueError:
            continue  # not bound yet
    return ChainMap(held, function.__globals__)


def functions_in(target: Any, depth: int = 0) -> Iterator[types.FunctionType | type]:
    """Yield the functions and classes inside of `target`: behind methods, properties, partials and decorators."""
    if is_a(target, types.FunctionType) or is_a(target, type):
        yield target
        wrapped = vars(target).get("__wrapped__") if is_a(target, types.FunctionType) else None
        if wrapped is not None and depth < _DEEPEST:
            yield from functions_in(wrapped, depth + 1)
        return
    if depth >= _DEEPEST or getattr(type(target), "__holdfast_boundary__", False):
        return
    if is_a(target, types.MethodType) or is_a(target, staticmethod) or is_a(target, classmethod):
        inner: tuple[Any, ...] = (target.__func__,)
    elif is_a(target, property):
        inner = (target.fget, target.fset, target.fdel)
    elif issubclass(type(target), functools.partial | functools.partialmethod | functools.cached_property):
        inner = (target.func,)
    elif type(target) is functools._lru_cache_wrapper:
        inner = (target.__wrapped__,)
    elif issubclass(type(target), types.CoroutineType | types.GeneratorType | types.AsyncGeneratorType):
        return
    else:
        cls = type(target)
        inner = () if cls.__module__ == "builtins" else (cls,)
    for each in inner:
        if each is not None:
            yield from functions_in(each, depth + 1)
