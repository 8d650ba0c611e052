"""How values are built: their parts by path, and where two values differ."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

Part = tuple[str, object]

_EXACT = frozenset((str, int, bool, type(None), bytes, bytearray, datetime.date, datetime.timedelta))
_MISSING = object()


def field_names(kind: Any) -> tuple[str, ...] | None:
    """Return the names of the fields of a dataclass, Struct, attrs class, pydantic model or NamedTuple, else None."""
    return _field_names(kind)


@functools.lru_cache(maxsize=4096)
def _field_names(kind: Any) -> tuple[str, ...] | None:
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    if issubclass(kind, msgspec.Struct):
        return tuple(kind.__struct_fields__)
    if issubclass(kind, tuple):
        return getattr(kind, "_fields", None)
    if hasattr(kind, "__attrs_attrs__"):
        return tuple(attribute.name for attribute in kind.__attrs_attrs__)
    if hasattr(kind, "__pydantic_fields__"):
        return tuple(kind.__pydantic_fields__)
    return None


def parts(value: object) -> Iterator[Part]:
    """Yield each direct part of a value with its path segment: `.name`, `['key']`, `[3]`."""
    names = field_names(type(value))
    if names is not None:
        yield from ((f".{name}", getattr(value, name)) for name in names if hasattr(value, name))
    elif isinstance(value, Mapping):
        yield from ((f"[{key!r}]", part) for key, part in value.items())
    elif isinstance(value, list | tuple | set | frozenset):
        yield from ((f"[{index}]", part) for index, part in enumerate(value))


def locate(value: object, is_bad: Callable[[object], bool]) -> Part:
    """Return the innermost part of a bad `value` that is bad itself, with its path from `value`."""
    path = ""
    while True:
        bad = next(((segment, part) for segment, part in parts(value) if is_bad(part)), None)
        if bad is None:
            return path, value
        path, value = path + bad[0], bad[1]


def difference(before: object, after: object) -> str | None:
    """Say where and how `after` is not what `before` was, None when nothing differs.

    Stricter than `==`: types must agree all the way down, and so must the order of keys, which code can see. An integer
    where a float is declared passes as the float of the same value.
    """
    found = _difference(before, after)
    return None if found is None else f"`value{found[0]}` {found[1]}"


def _difference(before: Any, after: Any) -> tuple[str, str] | None:
    kind = type(before)
    if kind is not type(after):
        if kind is int and type(after) is float and before == after:
            return None
        return "", f"is of type `{_name(kind)}` and would come back as `{_name(type(after))}`"
    if kind in _EXACT:
        return None if before == after else _changed(before, after)
    if kind is dict:
        return _mapping_difference(before, after)
    if kind is list:
        return _sequence_difference(before, after)
    names = field_names(kind)
    if names is not None:
        return _fields_difference(before, after, names)
    if kind is tuple:
        return _sequence_difference(before, after)
    if kind in (set, frozenset):
        kinds = [sorted(type(item).__qualname__ for item in items) for items in (before, after)]
        return None if before == after and kinds[0] == kinds[1] else _changed(before, after)
    if kind is datetime.datetime or kind is datetime.time:
        return None if before == after and before.utcoffset() == after.utcoffset() else _changed(before, after)
    if kind is decimal.Decimal:
        return None if str(before) == str(after) else _changed(before, after)
    # `before != before` lets NaN through, whose only fault is to be unequal to itself.
    return None if before == after or (before != before and after != after) else _changed(before, after)


def _mapping_difference(before: dict[Any, Any], after: dict[Any, Any]) -> tuple[str, str] | None:
    if len(before) != len(after):
        return "", f"has the keys {list(before)!r} and would come back with {list(after)!r}"
    for (key, part), (other, again) in zip(before.items(), after.items(), strict=True):
        if type(key) is not type(other) or key != other:
            return "", f"has the keys {list(before)!r} and would come back with {list(after)!r}"
        found = _difference(part, again)
        if found is not None:
            return f"[{key!r}]{found[0]}", found[1]
    return None


def _sequence_difference(before: Sequence[Any], after: Sequence[Any]) -> tuple[str, str] | None:
    if len(before) != len(after):
        return "", f"has {len(before)} items and would come back with {len(after)}"
    for index, part in enumerate(before):
        found = _difference(part, after[index])
        if found is not None:
            return f"[{index}]{found[0]}", found[1]
    return None


def _fields_difference(before: object, after: object, names: tuple[str, ...]) -> tuple[str, str] | None:
    for name in names:
        part, again = getattr(before, name, _MISSING), getattr(after, name, _MISSING)
        if part is again:
            continue
        if again is _MISSING:
            return f".{name}", "would be lost"
        found = _difference(part, again)
        if found is not None:
            return f".{name}{found[0]}", found[1]
    return None


def _changed(before: object, after: object) -> tuple[str, str]:
    return "", f"is {_shown(before)} and would come back as {_shown(after)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
