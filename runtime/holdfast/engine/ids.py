"""Which texts can be ids of workflows."""

from __future__ import annotations

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
