"""Values without a declared type: plain JSON where that says it all, a tag beside whatever JSON cannot tell apart.

A tag is an object with one key: `{"$tuple": [1, 2]}`, `{"$datetime": "2024-05-01T12:00:00Z"}`. Only the types named here
have tags, so that reading a payload never imports anything.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import math
import uuid
from collections.abc import Callable
from typing import Any

import msgspec

from holdfast.values.foreign import TEXTUAL

_JSON_SCALARS = (str, int, bool, type(None))
_BY_MSGSPEC: dict[type, str] = {
    datetime.datetime: "datetime",
    datetime.date: "date",
    datetime.time: "time",
    datetime.timedelta: "timedelta",
    decimal.Decimal: "decimal",
    uuid.UUID: "uuid",
    bytes: "bytes",
    bytearray: "bytearray",
}
_SEQUENCES: dict[type, str] = {tuple: "tuple", set: "set", frozenset: "frozenset"}


def is_plain(value: object) -> bool:
    """Whether JSON alone brings `value` back, type by type: scalars, lists, and dicts with keys of text."""
    kind = type(value)
    if kind in _JSON_SCALARS:
        return True
    if kind is float:
        return math.isfinite(value)  # type: ignore[arg-type]
    if kind is list:
        return all(map(is_plain, value))  # type: ignore[call-overload]
    if kind is dict:
        return all(type(key) is str and is_plain(part) for key, part in value.items())  # type: ignore[attr-defined]
    return False


def is_taggable(value: object) -> bool:
    """Whether `tag` has a form for `value` and every part of it."""
    try:
        tag(value)
    except (TypeError, RecursionError):
        return False
    return True


def tag(value: Any) -> object:
    """Return `value` as plain JSON with tags; raise `TypeError` for a type that has none."""
    kind = type(value)
    if kind is str:
        return value if _is_unicode(value) else {"$surrogates": _base64(value.encode("utf-8", "surrogatepass"))}
    if kind in _JSON_SCALARS:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if kind is list:
        return [tag(part) for part in value]
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") and _is_unicode(key) for key in value):
            return {key: tag(part) for key, part in value.items()}
        return {"$map": [[tag(key), tag(part)] for key, part in value.items()]}
    if kind in _SEQUENCES:
        items = [tag(part) for part in value]
        if kind is not tuple:
            items.sort(key=msgspec.json.encode)  # one stored form a set, whatever its order in this process
        return {f"${_SEQUENCES[kind]}": items}
    if kind in _BY_MSGSPEC:
        return {f"${_BY_MSGSPEC[kind]}": msgspec.to_builtins(value)}
    if kind in TEXTUAL:
        return {f"${TEXTUAL[kind]}": str(value)}
    raise TypeError(f"`{kind.__module__}.{kind.__qualname__}` has no stored form of its own")


def untag(stored: Any) -> Any:
    """Return the value that `tag` was given; raise `ValueError` for a tag that is not known."""
    if type(stored) is list:
        return [untag(part) for part in stored]
    if type(stored) is not dict:
        return stored
    if len(stored) == 1:
        ((key, content),) = stored.items()
        if key.startswith("$"):
            build = _BUILDERS.get(key[1:])
            if build is None:
                raise ValueError(f"the stored value has the tag `{key}`, which this version does not know")
            return build(content)
    return {key: untag(part) for key, part in stored.items()}


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _converter(kind: type) -> Callable[[Any], object]:
    return lambda content: msgspec.convert(content, kind)


_BUILDERS: dict[str, Callable[[Any], object]] = {
    "surrogates": lambda content: base64.b64decode(content).decode("utf-8", "surrogatepass"),
    "float": float,
    "map": lambda content: {untag(key): untag(part) for key, part in content},
    **{name: (lambda content, kind=kind: kind(untag(content))) for kind, name in _SEQUENCES.items()},  # type: ignore[misc]
    **{name: _converter(kind) for kind, name in _BY_MSGSPEC.items()},
    **{name: kind for kind, name in TEXTUAL.items()},
}
