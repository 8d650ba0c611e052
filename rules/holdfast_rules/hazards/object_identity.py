"""Object identity (106): addresses and hashes, which differ between two processes.

They matter only where they reach a branch, a step or the result, which the rule looks at. `hash` of numbers is
stable; that of text, bytes, dates and enum members follows PYTHONHASHSEED, that of `None` before Python 3.12 and of
plain objects the address. `repr` shows an address only where a class keeps the one of `object`.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import calls
from holdfast_rules.hazards.hazard import DefaultRepr, Hazard, UnlessType

STABLE_HASHES: Final = (
    "builtins.int",
    "builtins.float",
    "builtins.complex",
    "builtins.bool",
    "decimal.Decimal",
    "fractions.Fraction",
)
"""The types whose hash is the same in every process (`object.__hash__` and "Hashing of numeric types" in the reference)."""

HAZARDS: Final[tuple[Hazard, ...]] = (
    *calls(Effect.OBJECT_IDENTITY, "builtins", "id"),
    *calls(Effect.OBJECT_IDENTITY, "builtins", "hash", when=UnlessType(0, STABLE_HASHES)),
    *calls(Effect.OBJECT_IDENTITY, "builtins", "repr ascii", when=DefaultRepr(0)),
    *calls(Effect.OBJECT_IDENTITY, "builtins", "object.__repr__ object.__hash__"),
)
