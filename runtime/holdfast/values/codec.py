"""The hook that stands between encoded payloads and the database, and the digest of payloads."""

from __future__ import annotations

import hashlib
from typing import Protocol, runtime_checkable

_DIGEST_BYTES = 16  # 128 bits: a chance collision between two argument lists is out of reach


@runtime_checkable
class Codec(Protocol):
    """Turns payloads into what is stored and back, to encrypt or compress them; both methods must be thread-safe."""

    def encode(self, data: bytes) -> bytes:
        """Return what shall be stored for `data`, which is UTF-8 JSON."""
        ...

    def decode(self, data: bytes) -> bytes:
        """Return the JSON that `encode` was given; raise any exception when it cannot be had back."""
        ...


def digest(data: bytes) -> bytes:
    """Return the BLAKE2b digest (16 bytes) of an encoded payload, the same in every process and version of Python."""
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
