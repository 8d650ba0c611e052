"""The types beyond msgspec's own: values that are their text, and pydantic models where pydantic is installed."""

from __future__ import annotations

import fractions
import ipaddress
import pathlib
import zoneinfo
from typing import Any

import msgspec

# Each is rebuilt by calling the type on the text.
TEXTUAL: dict[type[Any], str] = {
    pathlib.PosixPath: "path",
    pathlib.WindowsPath: "windows-path",
    pathlib.PurePosixPath: "pure-path",
    pathlib.PureWindowsPath: "pure-windows-path",
    fractions.Fraction: "fraction",
    complex: "complex",
    ipaddress.IPv4Address: "ipv4",
    ipaddress.IPv6Address: "ipv6",
    ipaddress.IPv4Network: "ipv4-network",
    ipaddress.IPv6Network: "ipv6-network",
    zoneinfo.ZoneInfo: "zone",
}

_TEXTUAL_BASES: tuple[type[Any], ...] = (*TEXTUAL, pathlib.PurePath)


def encode_foreign(value: object) -> object:
    """Return what msgspec shall encode for a value of a type that it does not know; raise `TypeError` for others."""
    if type(value) in TEXTUAL:
        return str(value)
    dump = getattr(value, "model_dump_json", None)
    if dump is not None and hasattr(type(value), "__pydantic_validator__"):
        return msgspec.Raw(dump(by_alias=True, round_trip=True).encode())
    raise TypeError(f"`{type(value).__module__}.{type(value).__qualname__}` has no stored form")


def decode_foreign(kind: Any, plain: object) -> object:
    """Build a value of the annotated type `kind` from what its JSON held; raise when that is not possible."""
    if isinstance(kind, type):
        if issubclass(kind, _TEXTUAL_BASES):
            if not isinstance(plain, str):
                raise ValueError(f"expected the text of a `{kind.__qualname__}`, got `{type(plain).__qualname__}`")
            return _of_text(kind, plain)
        validate = getattr(kind, "model_validate_json", None)
        if validate is not None:
            return validate(msgspec.json.encode(plain))
    raise ValueError(f"a `{getattr(kind, '__qualname__', kind)}` cannot be built from its stored form")


def _of_text(kind: Any, text: str) -> object:
    return kind(text)
