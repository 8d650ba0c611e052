"""`hash()` and `id()` as code sees them: pinned, so that they do not go by the hash seed, or shifted."""

from __future__ import annotations

import builtins
import hashlib
from typing import Any

from holdfast.testing.worlds.builtin import replace

_hash_mask = 0
_id_mask = 0


def shift(hashes: bool, ids: bool) -> None:
    """Set what is shifted."""
    global _hash_mask, _id_mask
    _hash_mask = 0x5DEECE66D if hashes else 0
    _id_mask = 1 << 20 if ids else 0


def install() -> None:
    """Put them in place. What sets and dictionaries do inside is not touched: that goes by the hash seed."""
    plain = builtins.hash

    def pinned(value: Any, /) -> int:
        kind = type(value)
        if kind is str or kind is bytes:
            data = value.encode(errors="surrogatepass") if kind is str else value
            digest = hashlib.blake2b(data, digest_size=8).digest()
            return int.from_bytes(digest, "big", signed=True) >> 3 ^ _hash_mask
        if kind is tuple:
            return plain(tuple(map(pinned, value)))
        if kind is frozenset:
            return plain(frozenset(map(pinned, value)))
        return plain(value)

    replace(builtins, "hash", lambda original: pinned)
    replace(builtins, "id", lambda original: lambda value, /: original(value) + _id_mask)
