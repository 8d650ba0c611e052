"""Values of a declared type: msgspec's JSON for that type, kept only where it comes back the same."""

from __future__ import annotations

import functools
import threading
import types
import typing
from collections.abc import Iterable
from typing import Any

import msgspec

from holdfast.values.foreign import decode_foreign, encode_foreign
from holdfast.values.structure import difference, field_names

_ENCODER = msgspec.json.Encoder(enc_hook=encode_foreign)
_UNIONS = (typing.Union, types.UnionType)
_CONTAINERS = (list, dict, tuple, set, frozenset)
_MAKING = threading.RLock()
"""Held while a decoder is made. msgspec enters what it learns of a class in the class before it is complete, and another
thread that makes a decoder of the same class at that moment reads through null pointers (seen with msgspec 0.22)."""


class Mismatch(Exception):
    """The declared type does not carry the value; the message is a sentence about the place inside it."""


class Plan:
    """How values of one declared type are stored; `plan_for` makes and keeps them."""

    def __init__(self, annotation: Any) -> None:
        widened = _widen(annotation)
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(widened, dec_hook=decode_foreign)
        self._has_sets = _has_sets(msgspec.inspect.type_info(widened), set())

    def encode(self, value: object) -> bytes:
        """Return the JSON of `value`; raise `Mismatch` when it would not come back the same."""
        try:
            data = _ENCODER.encode(_with_sorted_sets(value) if self._has_sets else value)
        except (TypeError, ValueError, OverflowError) as error:
            raise Mismatch(str(error)) from error
        try:
            again = self.decode(data)
        except (ValueError, TypeError) as error:
            raise Mismatch(f"what was stored would not be read again: {error}") from error
        found = difference(value, again)
        if found is not None:
            raise Mismatch(found)
        return data

    def decode(self, data: bytes) -> object:
        """Return the value that `data` holds; raise `ValueError` or a subclass when it is of another type."""
        return self._decoder.decode(data)


class UnionPlan:
    """How values of a union are stored that JSON alone could not tell apart: beside the name of the member."""

    def __init__(self, annotation: Any) -> None:
        self._members = {_spelled(member): plan_for(member) for member in typing.get_args(annotation)}

    def encode(self, value: object) -> bytes:
        """Return the JSON of `value` as the first member that carries it; raise `Mismatch` when none does."""
        reasons = []
        for name, plan in self._members.items():
            try:
                return msgspec.json.encode({"$is": name, "value": msgspec.Raw(plan.encode(value))})
            except Mismatch as error:
                reasons.append(f"as `{name}`, {error}")
        raise Mismatch("; ".join(reasons))

    def decode(self, data: bytes) -> object:
        """Return the value that `data` holds; raise `ValueError` when its member is not in the union any more."""
        stored = _MEMBERS.decode(data)
        plan = self._members.get(stored.name)
        if plan is None:
            raise ValueError(f"it was stored as `{stored.name}`, which the union does not hold")
        return plan.decode(bytes(stored.value))


class _Member(msgspec.Struct):
    value: msgspec.Raw
    name: str = msgspec.field(name="$is")


_MEMBERS = msgspec.json.Decoder(_Member)


def plan_for(annotation: Any) -> Plan | UnionPlan:
    """Return the plan of a declared type; raise `TypeError` for what is not a type of data."""
    try:
        return _cached_plan(annotation)
    except TypeError as error:
        if "unhashable" not in str(error):
            raise
        return _new_plan(annotation)


@functools.lru_cache(maxsize=4096)
def _cached_plan(annotation: Any) -> Plan | UnionPlan:
    return _new_plan(annotation)


def _new_plan(annotation: Any) -> Plan | UnionPlan:
    with _MAKING:
        try:
            return Plan(annotation)
        except TypeError:
            if typing.get_origin(annotation) in _UNIONS:
                return UnionPlan(annotation)
            raise


def _widen(annotation: Any) -> Any:
    """Let an integer where a float is declared come back as the integer that it was: `str(3)` is not `str(3.0)`."""
    if annotation is float:
        return int | float
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if not arguments:
        return annotation
    widened = tuple(_widen(argument) for argument in arguments)
    if widened == arguments:
        return annotation
    if origin in _UNIONS:
        return functools.reduce(lambda left, right: left | right, widened)
    return origin[widened] if origin in _CONTAINERS else annotation


def _has_sets(info: Any, seen: set[int]) -> bool:
    """Whether a type, as msgspec describes it, holds a set anywhere."""
    if id(info) in seen:
        return False
    seen.add(id(info))
    if isinstance(info, msgspec.inspect.SetType | msgspec.inspect.FrozenSetType):
        return True
    if not isinstance(info, msgspec.inspect.Type | msgspec.inspect.Field):
        return False
    return any(_has_sets(part, seen) for name in info.__struct_fields__ for part in _listed(getattr(info, name)))


def _listed(part: Any) -> Iterable[Any]:
    return part if isinstance(part, tuple) else (part,)


def _with_sorted_sets(value: Any) -> Any:
    """Return what msgspec shall encode for `value`, its sets as sorted lists: one stored form in every process."""
    kind = type(value)
    if kind in (set, frozenset):
        return sorted((_with_sorted_sets(item) for item in value), key=_ENCODER.encode)
    if kind is dict:
        return {key: _with_sorted_sets(part) for key, part in value.items()}
    if kind in (list, tuple):
        return [_with_sorted_sets(item) for item in value]
    if isinstance(value, msgspec.Struct):
        return _struct_with_sorted_sets(value)
    names = field_names(kind)
    if names is None or hasattr(kind, "__pydantic_fields__"):
        return value
    if issubclass(kind, tuple):
        return [_with_sorted_sets(item) for item in value]
    return {name: _with_sorted_sets(getattr(value, name)) for name in names if hasattr(value, name)}


def _struct_with_sorted_sets(value: msgspec.Struct) -> object:
    config = value.__struct_config__
    fields = msgspec.structs.fields(value)
    tagged = [] if config.tag is None else [(config.tag_field, config.tag)]
    pairs = tagged + [(field.encode_name, _with_sorted_sets(getattr(value, field.name))) for field in fields]
    return [part for _, part in pairs] if config.array_like else dict(pairs)


def _spelled(annotation: Any) -> str:
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return f"{annotation.__module__}.{annotation.__qualname__}".removeprefix("builtins.")
    return str(annotation)
