"""Postgres' binary formats for the few types of the hot statements.

Written by hand since the checkpoint statement is the speed of the whole engine: psycopg's adapters cost about 60 µs for
each statement, these about 5. The formats are those of the `*_recv` functions of the server
(https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES and `src/backend/utils/adt`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct
from typing import Final, cast

BYTEA: Final = 17
INT8: Final = 20
INT4: Final = 23
TEXT: Final = 25
TIMESTAMPTZ: Final = 1184
FLOAT8: Final = 701
ARRAY_OF: Final = {BYTEA: 1001, INT8: 1016, INT4: 1007, TEXT: 1009, TIMESTAMPTZ: 1185, FLOAT8: 1022}

_EPOCH: Final = 946_684_800  # 2000-01-01 in Unix time, where Postgres counts from
_INT8 = Struct("!q")
_INT4 = Struct("!i")
_FLOAT8 = Struct("!d")
_ARRAY_HEADER = Struct("!iiIii")  # dimensions, has nulls, element type, length, lower bound
_LENGTH = Struct("!i")
_NULL: Final = b"\xff\xff\xff\xff"

int8 = _INT8.pack
int4 = _INT4.pack
float8 = _FLOAT8.pack


def timestamp(seconds: float) -> bytes:
    """Return Unix `seconds` as a `timestamptz`."""
    return _INT8.pack(round((seconds - _EPOCH) * 1_000_000))


def optional_float8(value: float | None) -> bytes | None:
    """Return `value` as a `float8`, None as NULL."""
    return None if value is None else _FLOAT8.pack(value)


def optional_text(value: str | None) -> bytes | None:
    """Return `value` as `text`, None as NULL."""
    return None if value is None else value.encode()


def array(element: int, values: Sequence[bytes | None]) -> bytes:
    """Return encoded `values` as a one-dimensional array of type `element`."""
    pack = _LENGTH.pack
    count = len(values)
    header = _ARRAY_HEADER.pack(1, 1, element, count, 1)
    absent = values.count(None)
    if absent == count:
        return header + _NULL * count
    if not absent:
        sizes = set(map(len, cast(Sequence[bytes], values)))
        if len(sizes) == 1:  # most columns of a batch: numbers, digests, ids, a name that all share
            size = pack(sizes.pop())
            return header + size + size.join(cast(Sequence[bytes], values))
    parts = [header]
    for value in values:
        if value is None:
            parts.append(_NULL)
        else:
            parts.append(pack(len(value)))
            parts.append(value)
    return b"".join(parts)


def texts(values: Iterable[str | None]) -> bytes:
    """Return `values` as `text[]`."""
    return array(TEXT, [None if value is None else value.encode() for value in values])


def read_int8(data: bytes | None) -> int:
    """Return the number in an `int8` result column, 0 for NULL."""
    return 0 if data is None else int(_INT8.unpack(data)[0])


def length(data: bytes | None) -> int:
    """Return how many elements an array result column has, 0 for NULL."""
    return 0 if data is None or len(data) < _ARRAY_HEADER.size else int(_ARRAY_HEADER.unpack_from(data)[3])


def read_texts(data: bytes | None) -> list[str]:
    """Return the strings of a `text[]` result column, [] for NULL."""
    if data is None or len(data) < _ARRAY_HEADER.size:
        return []
    count = _ARRAY_HEADER.unpack_from(data)[3]
    at = _ARRAY_HEADER.size
    found = []
    for _ in range(count):
        (length,) = _LENGTH.unpack_from(data, at)
        found.append(data[at + 4 : at + 4 + length].decode())
        at += 4 + length
    return found


def read_int8s(data: bytes | None) -> list[int]:
    """Return the numbers of an `int8[]` result column, [] for NULL."""
    if data is None or len(data) < _ARRAY_HEADER.size:
        return []
    count = _ARRAY_HEADER.unpack_from(data)[3]
    return [_INT8.unpack_from(data, _ARRAY_HEADER.size + 12 * index + 4)[0] for index in range(count)]
