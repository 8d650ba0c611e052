"""Which hazards of the catalogue a callable is: by identity where its module is loaded, else by its own names."""

from __future__ import annotations

import functools
import os
import sys
import types
import weakref
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from holdfast.guard.kinds import is_a, names_in
from holdfast_rules.effect import Effect
from holdfast_rules.hazards.catalogue import Catalogue
from holdfast_rules.hazards.hazard import KEYWORD_ONLY, Always, Hazard, Use, WithoutArgument

Found = tuple[tuple[str, Hazard], ...]
"""Canonical names and entries of the catalogue."""

GUARDED: Final = frozenset(
    {
        *(Effect.CLOCK, Effect.RANDOMNESS, Effect.IDENTIFIER, Effect.ENVIRONMENT, Effect.HOST, Effect.TIMEZONE),
        *(Effect.INTERPRETER, Effect.NETWORK, Effect.DATABASE, Effect.MODEL, Effect.FILE_READ, Effect.FILE_WRITE),
        *(Effect.SUBPROCESS, Effect.SLEEP, Effect.THREAD, Effect.SIGNAL, Effect.OUTPUT, Effect.STATE),
    }
)
"""The effects whose use is itself the finding; of the others (order, identity, caches) only the flow tells."""

_CALLED: Final = (Use.CALL, Use.CONNECT)
_BOUND: Final = (types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType)
_DESCRIPTORS: Final = (types.MethodDescriptorType, types.WrapperDescriptorType, types.ClassMethodDescriptorType)
_PLAIN: Final = (list, dict, type(os.environ))
"""Types of which an attribute can be asked for without running anybody's code."""
_NO_OBJECT: Final = object()


class Hazards:
    """The catalogue, resolved to the objects of this process.

    Args:
        catalogue: names and conditions.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._modules = -1
        self._missing: list[Hazard] = []
        self._objects: dict[int, tuple[Any, Found]] = {}
        self._bound: dict[tuple[int, str], tuple[Any, Found]] = {}
        self._bound_names: frozenset[str] = frozenset()
        self._reads: dict[int, tuple[Any, Found]] = {}
        self._codes: dict[int, tuple[Any, Found]] = {}
        self._known: dict[int, tuple[weakref.ref[Any], Found]] = {}
        self._methods: dict[tuple[type, str], Found] = {}
        self.read_names = frozenset(
            hazard.name.rpartition(".")[2]
            for hazard in catalogue.hazards
            if hazard.use is Use.READ and hazard.effect in GUARDED
        )

    # -- by identity

    def refresh(self, force: bool = False) -> None:
        """Look the names up again when modules have been imported since."""
        count = len(sys.modules)
        if count == self._modules and not force:
            return
        self._modules = count
        if force:
            self._objects, self._bound, self._reads, self._codes = {}, {}, {}, {}
            self._missing = [
                hazard
                for hazard in self.catalogue.hazards
                if hazard.effect in GUARDED and not hazard.order_only and not hazard.name.endswith("*")
            ]
        loaded = {name for name in tuple(sys.modules) if "." not in name}
        self._missing = [
            hazard
            for hazard in self._missing
            if hazard.name.partition(".")[0] not in loaded or not self._resolve(hazard)
        ]
        self._bound_names = frozenset(name for _, name in self._bound)
        self._known.clear()
        self._methods.clear()

    def _resolve(self, hazard: Hazard) -> bool:
        """Enter what the name of `hazard` stands for; return whether it stands for anything yet."""
        owner, found = resolve(hazard.name)
        if found is _NO_OBJECT:
            return False
        entry = (hazard.name, hazard)
        if hazard.use is Use.READ:
            if type(found) not in (str, int, float, bool, tuple, types.NoneType, types.ModuleType):
                _add(self._reads, id(found), found, entry)
        elif hazard.use in _CALLED:
            receiver = found.__self__ if type(found) in _BOUND else None
            if receiver is not None and not issubclass(type(receiver), types.ModuleType | type):
                _add(self._bound, (id(receiver), found.__name__), receiver, entry)
            elif is_a(owner, types.ModuleType):
                plain = _plain(found)
                _add(self._objects, id(plain), plain, entry)
                if is_a(plain, types.FunctionType):
                    _add(self._codes, id(plain.__code__), plain.__code__, entry)
        return True

    # -- calls

    def of(self, called: Any, first: Any) -> Found:
        """Return the hazards of calling `called`, whatever the conditions on its arguments say.

        Args:
            called: any callable.
            first: its first argument, which is the object of a method that is called unbound.
        """
        kind = type(called)
        if kind is types.MethodType:
            called, first = called.__func__, called.__self__
            kind = type(called)
        if kind is types.BuiltinFunctionType:
            receiver = called.__self__
            if type(receiver) is not types.ModuleType and receiver is not None:
                return self._of_method(receiver, called.__name__)
        if self._bound_names and _name(called) in self._bound_names:
            own = self._bound.get((id(first), called.__name__))
            if own is not None:
                return own[1]
        known = self._known.get(id(called))
        if known is not None and known[0]() is called:
            return known[1]
        found = self._look_up(called)
        try:
            self._known[id(called)] = (weakref.ref(called), found)
        except TypeError:
            pass  # not everything can be referred to weakly
        return found

    def of_bound(self, receiver: Any, name: str) -> Found:
        """Return the hazards of calling a method of one certain object: `random.choice` is one of a hidden `Random`."""
        found = self._bound.get((id(receiver), name)) if name in self._bound_names else None
        return found[1] if found is not None else ()

    def is_bound(self, name: str) -> bool:
        """Whether a method of this name is a hazard on some certain object."""
        return name in self._bound_names

    def of_code(self, code: types.CodeType) -> Found:
        """Return the hazards of calling a function that has this code, as far as a module shows it under its name."""
        self.refresh()
        found = self._codes.get(id(code))
        return found[1] if found is not None and found[0] is code else ()

    def of_names(self, names: Iterator[str]) -> Found:
        """Return the hazards of calling what has one of these dotted names; the first that the catalogue knows counts."""
        for name in names:
            found = self._named(name)
            if found:
                return found
        return ()

    def _of_method(self, receiver: Any, name: str) -> Found:
        own = self._bound.get((id(receiver), name))
        if own is not None:
            return own[1]
        cls = receiver if is_a(receiver, type) else type(receiver)
        found = self._methods.get((cls, name))
        if found is None:
            found = self._methods[cls, name] = self.of_names(f"{each}.{name}" for each in _class_names(cls))
        return found

    def _look_up(self, called: Any) -> Found:
        self.refresh()
        own = self._objects.get(id(called))
        if own is not None and own[0] is called:
            return own[1]
        if type(called) is functools.partial:
            return self.of(called.func, called.args[0] if called.args else None)
        wrapped = called.__wrapped__ if type(called) is functools._lru_cache_wrapper else None
        if wrapped is not None:
            return self.of(wrapped, None)
        found = self.of_names(_names(called))
        return (*found, *self._of_factories(called)) if is_a(called, type) else found

    def _of_factories(self, cls: type) -> Iterator[tuple[str, Hazard]]:
        """Yield the hazards that making an object calls from C for the fields that it is not given.

        The default factories of pydantic and msgspec; those of dataclasses and attrs are called from Python, and seen.
        """
        for position, name, factory in _factories(cls):
            for canonical, hazard in self.of(factory, None):
                if isinstance(hazard.when, Always):
                    yield canonical, msgspec.structs.replace(hazard, when=WithoutArgument(position, name))

    def _named(self, name: str) -> Found:
        canonical = self.catalogue.canonical(name)
        found = self._callable(canonical, self.catalogue.lookup(canonical))
        if found or "." not in name:
            return found
        owner, _, method = name.rpartition(".")
        if not owner.rpartition(".")[2][:1].isupper():
            return ()
        return self._callable(canonical, self.catalogue.using(owner, method), (*_CALLED, Use.CLIENT))

    def _callable(self, name: str, hazards: tuple[Hazard, ...], uses: tuple[Use, ...] = _CALLED) -> Found:
        return tuple(
            (name, each) for each in hazards if each.effect in GUARDED and each.use in uses and not each.order_only
        )

    def has_clients(self, module: str | None) -> bool:
        """Whether `module` belongs to a package outside the standard library that the catalogue speaks of."""
        package = (module or "").partition(".")[0]
        return package not in sys.stdlib_module_names and self.catalogue.is_known_package(package)

    def using(self, receiver: Any, attributes: str) -> Found:
        """Return the hazards of calling `receiver.attributes(…)`, where `receiver` is a client or a connection."""
        for name in _class_names(type(receiver)):
            canonical = self.catalogue.canonical(name)
            found = self._callable(
                f"{canonical}.{attributes}", self.catalogue.using(canonical, attributes), (*_CALLED, Use.CLIENT)
            )
            if found:
                return found
        return ()

    # -- reads

    def of_read(self, name: str) -> Found:
        """Return the hazards of reading the attribute `name`: `sys.argv`."""
        canonical = self.catalogue.canonical(name)
        return tuple(
            (canonical, each)
            for each in self.catalogue.lookup(canonical)
            if each.use is Use.READ and each.effect in GUARDED
        )

    def of_object(self, value: Any) -> Found:
        """Return the hazards of reading a name that is bound to `value`: what `from os import environ` brings."""
        self.refresh()
        found = self._reads.get(id(value))
        return found[1] if found is not None and found[0] is value else ()


def _add(table: dict[Any, tuple[Any, Found]], key: Any, found: Any, entry: tuple[str, Hazard]) -> None:
    former = table.get(key)
    if former is None:
        table[key] = (found, (entry,))
    elif former[1][0][0] == entry[0]:  # another effect of the same name, not another name of the same object
        table[key] = (found, (*former[1], entry))


def _plain(found: Any) -> Any:
    return found.__func__ if type(found) is types.MethodType else found


def resolve(name: str) -> tuple[Any, Any]:
    """Return what a dotted name stands for in the loaded modules, without importing or running anything.

    Returns:
        Its owner, and the object, which is `_NO_OBJECT` where there is none.
    """
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:count]))
        if module is None:
            continue
        owner: Any = None
        found: Any = module
        for part in parts[count:]:
            owner = found
            names = names_in(owner) if issubclass(type(owner), types.ModuleType | type) else {}
            found = names.get(part, _NO_OBJECT)
            if found is _NO_OBJECT and not is_a(owner, types.ModuleType):
                # a method of an object that a module holds: `sys.path.append`
                found = getattr(owner, part, _NO_OBJECT) if type(owner) in _PLAIN else _NO_OBJECT
            if found is _NO_OBJECT:
                break
        return owner, found
    return None, _NO_OBJECT


def _names(called: Any) -> Iterator[str]:
    if is_a(called, type):
        yield from _class_names(called)
    elif type(called) in _DESCRIPTORS:
        cls = called.__objclass__
        yield f"{cls.__module__}.{cls.__qualname__}.{called.__name__}"
    elif type(called) in (types.FunctionType, types.BuiltinFunctionType):
        owner = called.__self__ if type(called) is types.BuiltinFunctionType else None
        module = owner.__name__ if is_a(owner, types.ModuleType) else called.__module__
        if "<locals>" not in called.__qualname__:
            yield f"{module}.{called.__qualname__}"
    else:
        for name in _class_names(type(called)):
            yield f"{name}.__call__"


def _factories(cls: type) -> Iterator[tuple[int, str, Any]]:
    """Yield position, name and factory of the fields of a pydantic model or a msgspec struct that have one."""
    fields = vars(cls).get("__pydantic_fields__")
    if isinstance(fields, dict):
        for name, field in fields.items():
            factory = getattr(field, "default_factory", None)
            if factory is not None and getattr(field, "alias", None) in (None, name):
                yield KEYWORD_ONLY, str(name), factory
    if issubclass(cls, msgspec.Struct):
        names = cls.__struct_fields__
        first = len(names) - len(cls.__struct_defaults__)
        for position, default in enumerate(cls.__struct_defaults__, start=first):
            factory = getattr(default, "factory", None)
            if factory is not None:
                yield position, names[position], factory


def module_of(called: Any) -> str:
    """Return the name of the module that a callable, or the class of a callable object, was defined in."""
    if type(called) is types.MethodType:
        return module_of(called.__func__)
    if type(called) is types.FunctionType or is_a(called, type):
        return str(called.__module__)
    return str(type(called).__module__)


def _name(called: Any) -> str:
    kind = type(called)
    named = kind is types.FunctionType or kind is types.BuiltinFunctionType or kind in _DESCRIPTORS
    return str(called.__name__) if named else ""


def _class_names(cls: type) -> Iterator[str]:
    """Yield the names of a class and of those that it derives from, but for what everything derives from."""
    for each in cls.__mro__:
        if each.__module__ not in ("builtins", "abc", "typing"):
            yield f"{each.__module__}.{each.__qualname__}"
