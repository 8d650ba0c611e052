"""Encoding and decoding of one value: the declared type's own JSON first, the tagged form where that does not do."""

from __future__ import annotations

import inspect
import math
import typing
from typing import Any

import msgspec

from holdfast.values.errors import UndecodableValue, UnstorableValue, ValueTooLarge
from holdfast.values.structure import difference, field_names, locate
from holdfast.values.tagged import is_plain, is_taggable, tag, untag
from holdfast.values.typed import Mismatch, plan_for

DEFAULT_LIMIT = 4 * 1024 * 1024
"""The most bytes of JSON that one value may take unless told otherwise."""

_SCALARS = frozenset((str, int, bool))
_UNDECLARED = (Any, object, inspect.Parameter.empty, typing.NoReturn, typing.Never)
_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
# No other payload begins so: a value whose own JSON would is stored in the tagged form too.
_TAGGED = b'{"$any":'


def encode(value: object, annotation: Any, *, where: str, limit: int = DEFAULT_LIMIT) -> bytes:
    """Return the stored form of a value, UTF-8 JSON, the same for equal values in every process.

    Args:
        value: what shall be stored.
        annotation: its declared type; `Any`, `object`, a type variable or `inspect.Parameter.empty` for none.
        where: what the value is, for messages: ``"the result of step `charge`"``.
        limit: the most bytes that the stored form may take.

    Raises:
        UnstorableValue: the value would not come back equal, type by type.
        ValueTooLarge: the stored form takes more than `limit` bytes.
    """
    kind = type(value)
    # JSON provably brings these back, where the declared type is exactly their own.
    if kind is annotation and (kind in _SCALARS or (kind is float and math.isfinite(value))):  # type: ignore[arg-type]
        try:
            data = _ENCODER.encode(value)
        except UnicodeEncodeError:
            data = _encode_tagged(value, where, None)
    elif _is_undeclared(annotation):
        data = _encode_undeclared(value, where)
    else:
        data = _encode_declared(value, annotation, where)
    if len(data) > limit:
        raise ValueTooLarge(
            f"{where} takes {len(data):,} bytes, the limit is {limit:,}; store it elsewhere and keep its address,"
            " or raise the limit"
        )
    return data


def decode(data: bytes, annotation: Any, *, where: str) -> object:
    """Return the value that `encode` stored, as the declared type; raise `UndecodableValue` when it no longer is one."""
    try:
        if data.startswith(_TAGGED):
            return untag(_DECODER.decode(data)["$any"])
        if _is_undeclared(annotation):
            return _DECODER.decode(data)
        return plan_for(annotation).decode(data)
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as error:
        raise UndecodableValue(
            f"{where} was stored as `{_start(data)}`, which does not decode to `{_spelled(annotation)}`: {error};"
            " give back the type that it was stored with, or fork the workflow from before it"
        ) from error


def _is_undeclared(annotation: Any) -> bool:
    return annotation in _UNDECLARED or isinstance(annotation, typing.TypeVar)


def _encode_declared(value: object, annotation: Any, where: str) -> bytes:
    try:
        data = plan_for(annotation).encode(value)
    except (Mismatch, TypeError, RecursionError) as error:
        return _encode_tagged(value, where, f"with the declared type `{_spelled(annotation)}`, {error}")
    return _encode_tagged(value, where, None) if data.startswith(_TAGGED) else data


def _encode_undeclared(value: object, where: str) -> bytes:
    try:
        if is_plain(value):
            data = _ENCODER.encode(value)
            if not data.startswith(_TAGGED):
                return data
    except (UnicodeEncodeError, RecursionError):
        pass  # the tagged form has a place for the one, and says what is wrong with the other
    return _encode_tagged(value, where, None)


def _encode_tagged(value: object, where: str, reason: str | None) -> bytes:
    try:
        data = _ENCODER.encode({"$any": tag(value)})
        found = difference(value, untag(_DECODER.decode(data)["$any"]))
    except TypeError as error:
        raise UnstorableValue(_refusal(value, where, reason, str(error))) from error
    except RecursionError as error:
        raise UnstorableValue(
            f"{where} cannot be stored: it is nested too deeply, or holds itself; return a flatter value"
        ) from error
    if found is not None:
        raise UnstorableValue(f"{where} cannot be stored: {found}; {_remedy(value)}")
    return data


def _refusal(value: object, where: str, reason: str | None, fallback: str) -> str:
    path, part = locate(value, lambda part: not is_taggable(part))
    kind = type(part)
    if field_names(kind) is not None and reason is not None:
        return f"{where} cannot be stored: {reason}; {_remedy(part)}"
    what = f"`value{path}` is a `{kind.__module__}.{kind.__qualname__}`".replace("`builtins.", "`")
    return f"{where} cannot be stored: {what}; {_remedy(part)} ({reason or fallback})"


def _remedy(part: object) -> str:
    kind = type(part)
    name = kind.__qualname__
    if field_names(kind) is not None or hasattr(kind, "__members__"):
        return f"declare exactly that type where the value is annotated, such as `-> {name}`"
    if inspect.isawaitable(part) or inspect.isgenerator(part) or inspect.isasyncgen(part):
        return f"return the data that the `{name}` gives, not the `{name}`"
    return "return plain data, a dataclass or a pydantic model, or keep it elsewhere and return its address"


def _spelled(annotation: Any) -> str:
    return annotation.__qualname__ if isinstance(annotation, type) else str(annotation)


def _start(data: bytes) -> str:
    text = data[:80].decode(errors="replace")
    return text if len(data) <= 80 else f"{text}..."
