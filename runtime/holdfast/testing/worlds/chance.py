"""Randomness and fresh identifiers that are alike in every run of one world."""

from __future__ import annotations

import os
import random
import uuid
from typing import Any, Final

from holdfast.testing.worlds.builtin import replace

_BASE: Final = 10
_SEEDS: Final = (31, 52, 3, 20)
"""First draws: 0.57 of the base; 0.01, 0.98, 0.24, 0.91. Code that branches on one of them goes several ways."""

source: Final = random.Random(_BASE)
"""Where everything that asks for randomness without a seed gets it from."""
identifiers: Final = random.Random(_BASE)
_plain_seed: Final = random.Random.seed


def shift(entropy: int | None, identifier: int | None) -> None:
    """Begin anew, by the base seeds or by those of a world."""
    seed = _BASE if entropy is None else _SEEDS[entropy]
    _plain_seed(source, seed)
    _plain_seed(random._inst, seed)
    _plain_seed(identifiers, _BASE if identifier is None else _BASE + 1 + identifier)


def _seed(self: random.Random, a: Any = None, version: int = 2) -> None:
    """Like `Random.seed`; without a seed it takes the world's."""
    _plain_seed(self, source.getrandbits(64) if a is None else a, version)


def _fresh(version: int) -> Any:
    return lambda original: lambda *args: uuid.UUID(int=identifiers.getrandbits(128), version=version)


def install() -> None:
    """Put the sources in place."""

    def urandom(size: int, /) -> bytes:
        return source.randbytes(size)

    replace(os, "urandom", lambda original: urandom)
    replace(random, "_urandom", lambda original: urandom)
    random.Random.seed = _seed  # type: ignore[method-assign]
    for name, version in (("uuid1", 1), ("uuid4", 4), ("uuid6", 4), ("uuid7", 4)):
        replace(uuid, name, _fresh(version))
    shift(None, None)
