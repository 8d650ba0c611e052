"""Which texts can be ids of workflows, and how one is drawn."""

from __future__ import annotations

import os
import time
from typing import Final

from holdfast.errors import InvalidId

LONGEST_ID: Final = 1000
"""Bytes of an id: with a key it must fit an index entry of Postgres, 2,704 bytes, a third of a page."""


def check_id(id: str) -> str:
    """Return `id`; raise `InvalidId` when it cannot be stored."""
    if not isinstance(id, str):
        raise InvalidId(f"a workflow id must be text, not {type(id).__name__} {id!r}")
    if not id:
        raise InvalidId("a workflow id must not be empty; leave it out to have one drawn at random")
    if "\x00" in id:
        raise InvalidId(f"the workflow id {id!r} holds a NUL character, which no database stores; take it out")
    try:
        size = len(id.encode())
    except UnicodeEncodeError as error:
        raise InvalidId(f"the workflow id {id!r} is not valid Unicode text: {error}") from None
    if size > LONGEST_ID:
        raise InvalidId(f"the workflow id {id[:40]!r}… takes {size} bytes, at most {LONGEST_ID} can be stored")
    return id


_entropy: list[bytes] = []
"""Random bytes for the next ids: one call of the system gives those of hundreds."""
_EACH: Final = 10
_AT_ONCE: Final = 256
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_entropy.clear)  # a child must not draw what its parent draws


def draw_id() -> str:
    """Return a new id: a UUID of version 7 (RFC 9562), 48 bits of milliseconds and 74 of chance.

    Ids that grow with time go into the same few pages of an index; random ones make Postgres log a whole page for nearly
    every row after each of its checkpoints.
    """
    try:
        chance = int.from_bytes(_entropy.pop(), "big")
    except IndexError:
        fresh = os.urandom(_EACH * _AT_ONCE)
        _entropy.extend(fresh[at : at + _EACH] for at in range(_EACH, len(fresh), _EACH))
        chance = int.from_bytes(fresh[:_EACH], "big")
    low = 0x8000000000000000 | (chance >> 12) & 0x3FFFFFFFFFFFFFFF
    text = f"{time.time_ns() // 1_000_000:012x}7{chance & 0xFFF:03x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
