"""The worlds, and which rule a workflow breaks that goes another way in one."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class World(Struct, frozen=True):
    """A world in which workflows are run again.

    Attributes:
        dimension: what is shifted in it.
        variant: which of the shifts of that dimension, from 0.
        told: the shift in words, for a report: `the clock says 2001`.
        code: of the rule that a difference breaks.
    """

    dimension: str
    variant: int
    told: str
    code: str


def _worlds(dimension: str, code: str, *told: str) -> tuple[World, ...]:
    return tuple(World(dimension, variant, each, code) for variant, each in enumerate(told))


BASE: Final = World("base", 0, "nothing is shifted", "")

AGAIN: Final = World("again", 0, "the same process runs it a second time", "DUR401")
"""Comes right after `BASE`: what the first run leaves in the process is all that differs."""

FORGETFUL: Final = World("forgetful", 0, "the process runs it again with empty caches", "DUR406")
"""Asked for only when `AGAIN` differs: are caches the reason?"""

SWITCHED: Final = (
    *_worlds("clock", "DUR101", "the clock says 2001", "the clock says 2091", "the clock runs 500 times as fast"),
    *_worlds("entropy", "DUR102", *(f"random numbers come from seed {seed}" for seed in (1, 2, 3, 4))),
    *_worlds("identifier", "DUR103", "fresh identifiers are others"),
    *_worlds("environment", "DUR104", "every environment variable has another value", "no environment variable is set"),
    *_worlds("host", "DUR105", "process, thread, user and host are others", "the working directory is another"),
    *_worlds("locale", "DUR105", "the locale is another"),
    *_worlds("hash", "DUR106", "`hash()` of text gives other numbers"),
    *_worlds("identity", "DUR106", "`id()` gives other numbers"),
    *_worlds(
        "timezone",
        "DUR107",
        "the host's timezone is UTC+14:00",
        "the host's timezone is UTC-12:00",
        "the host's timezone is UTC-05:00",
        "the host's timezone is UTC+05:45",
    ),
    *_worlds("state", "DUR402", "module-level names that some function changes have other values"),
    *_worlds("context", "DUR406", "context variables have other values"),
    *_worlds(
        "order",
        "DUR203",
        "ready tasks go on in the reverse order",
        *(f"ready tasks go on in another order (seed {seed})" for seed in (1, 2, 3)),
    ),
)
"""What can be switched within one process."""

ORDER: Final = "order"
"""The dimension of which only async workflows know."""

ANOTHER: Final = World("process", 0, "it runs in another process, with objects at other addresses", "DUR106")
HASH_SEEDS: Final = tuple(World("hash seed", seed, f"PYTHONHASHSEED={seed}", "DUR201") for seed in (1, 2, 3))
IMPORTED: Final = World(
    "import", 0, "modules are imported at another time, on another host, with another environment", "DUR405"
)

VALUES: Final = frozenset(
    {"clock", "entropy", "identifier", "environment", "host", "locale", "hash", "identity", "timezone", "process"}
)
"""Dimensions whose values code may branch on."""
