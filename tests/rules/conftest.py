"""Facts made by hand, so that checks are tested without an analyzer."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from holdfast_rules.effect import Effect
from holdfast_rules.engines.profile import Profile
from holdfast_rules.facts import Fact, Frame, HazardUse, Sink, Span, Unit, UnitFacts

MakeUnit = Callable[..., UnitFacts]
MakeHazard = Callable[..., HazardUse]


def span(line: int = 9, path: str = "shop/orders.py") -> Span:
    return Span(path, line, 5, line, 20)


@pytest.fixture
def here() -> dict[str, Any]:
    """The attributes that every fact has."""
    return {
        "at": span(),
        "function": "shop.orders:late",
        "chain": (
            Frame("shop/orders.py", 3, 5, "checkout", "late"),
            Frame("shop/orders.py", 9, 5, "late", "time.time"),
        ),
    }


@pytest.fixture
def unit_of() -> MakeUnit:
    """Make a unit that holds the given facts; `replacements` are those of its engine."""

    def make(*facts: Fact, replacements: Mapping[Effect, str] | None = None) -> UnitFacts:
        return UnitFacts(
            unit=Unit(id="shop.orders:checkout", engine="toy", path="shop/orders.py", line=3, column=1),
            profile=Profile(
                name="toy", title="Toy", packages=("toy",), workflows=(), replacements=dict(replacements or {})
            ),
            facts=facts,
            calls=4,
            resolved=4,
        )

    return make


@pytest.fixture
def hazard(here: dict[str, Any]) -> MakeHazard:
    """Make the use of a hazard in workflow code."""

    def make(effect: Effect, name: str, *reaches: Sink, shown: str = "", **more: Any) -> HazardUse:
        return HazardUse(effect=effect, name=name, shown=shown or name, reaches=frozenset(reaches), **(here | more))

    return make
