"""How the catalogue's modules write down runs of similar names."""

from typing import Final, TypedDict, Unpack

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.hazard import Condition, Hazard, UnlessType, Use

UNIX: Final = ("linux", "darwin")
LINUX: Final = ("linux",)
WINDOWS: Final = ("win32",)

BUFFER_TYPES: Final = ("io.BytesIO", "io.StringIO", "builtins.bytes", "builtins.bytearray", "builtins.memoryview")
"""What a function that reads or writes "a path or a file" may be given without touching a file."""

ON_PATH: Final = UnlessType(0, BUFFER_TYPES)

SESSION: Final = ("__enter__", "__aenter__", "__exit__", "__aexit__", "close", "aclose", "headers", "cookies")
"""What may be done with an HTTP or SDK client without a request: entering, leaving and configuring it."""


class Details(TypedDict, total=False):
    """The attributes of a `Hazard` that a run of names can share."""

    when: Condition
    harmless: tuple[str, ...]
    order_only: bool
    since: tuple[int, int]
    until: tuple[int, int]
    platform: tuple[str, ...]
    note: str


def entries(effect: Effect, use: Use, prefix: str, names: str, **details: Unpack[Details]) -> tuple[Hazard, ...]:
    """One hazard for each name.

    Args:
        effect: what all of them do.
        use: which use of them counts.
        prefix: the dotted name that stands before each, or "" if they are whole.
        names: the names, separated by white space.
        **details: the further attributes of `Hazard` that all of them share.

    Returns:
        The hazards, in the order of `names`.
    """
    stem = f"{prefix}." if prefix else ""
    return tuple(Hazard(name=stem + name, effect=effect, use=use, **details) for name in names.split())


def calls(effect: Effect, prefix: str, names: str, **details: Unpack[Details]) -> tuple[Hazard, ...]:
    """`entries` whose call is the hazard."""
    return entries(effect, Use.CALL, prefix, names, **details)


def reads(effect: Effect, prefix: str, names: str, **details: Unpack[Details]) -> tuple[Hazard, ...]:
    """`entries` that are hazards as soon as they are read."""
    return entries(effect, Use.READ, prefix, names, **details)


def clients(effect: Effect, prefix: str, names: str, **details: Unpack[Details]) -> tuple[Hazard, ...]:
    """`entries` that make an object whose use is the hazard."""
    return entries(effect, Use.CLIENT, prefix, names, **details)


def connections(effect: Effect, prefix: str, names: str, **details: Unpack[Details]) -> tuple[Hazard, ...]:
    """`entries` whose call is the hazard, and so is the use of what it returns."""
    return entries(effect, Use.CONNECT, prefix, names, **details)
