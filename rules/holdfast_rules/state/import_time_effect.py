"""DUR405: a value that was made when the module was imported is used by workflow code."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import HazardUse, UnitFacts
from holdfast_rules.hazard_rule import shown
from holdfast_rules.rule import Enforcement, Rule, Violation, severity_of_flow
from holdfast_rules.wording import advice, flow, quote

_SILENT = (Effect.DYNAMIC, Effect.NUMERIC_DRIFT)


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report hazards that run at import, once for each process, and whose value workflow code uses."""
    for use in unit.of(HazardUse):
        if not use.at_import or use.effect in _SILENT:
            continue
        name = f", kept in {quote(use.bound_to)}" if use.bound_to else ""
        yield Violation.of(
            use,
            message=(
                f"{shown(use)} is evaluated once for each import{name}; a replay elsewhere has another value"
                f"{flow(use.reaches)}"
            ),
            help=_help(unit, use),
            severity=severity_of_flow(use.reaches),
            symbol=use.name,
        )


def _help(unit: UnitFacts, use: HazardUse) -> str:
    return f"in the workflow, {advice(unit, use.effect, 'make the value in a step', use.remedy)}"


RULE = Rule(
    code="DUR405",
    name="import-time-effect",
    summary="a clock, a random value or the environment is read at import, and workflow code uses the value",
    why=(
        "A module body, a class body, a default argument and a decorator run when the module is imported: once for "
        "each process. A replay in another process finds another value under the same name."
    ),
    remedy="Make the value in the workflow with the engine's own functions, make it in a step, or pass it in.",
    bad=(
        """\
import time

from holdfast import step, workflow

STARTED = time.time()


@step
def charge(order: str, at: float) -> str:
    return f"{order} charged at {at}"


@workflow
def checkout(order: str) -> str:
    return charge(order, STARTED)
""",
        """\
from datetime import date

from holdfast import step, workflow


@step
def book(order: str, day: str) -> str:
    return f"{order} booked on {day}"


def due(order: str, day: date = date.today()) -> str:
    return book(order, str(day))


@workflow
def checkout(order: str) -> str:
    return due(order)
""",
        """\
import os

from holdfast import step, workflow


class Settings:
    region = os.environ.get("SHOP_REGION", "eu")


@step
def charge(order: str, region: str) -> str:
    return f"{order} charged in {region}"


@workflow
def checkout(order: str) -> str:
    return charge(order, Settings.region)
""",
    ),
    good=(
        """\
import os
import time

from holdfast import step, workflow

STARTED = time.time()
REGION = os.environ.get("SHOP_REGION", "eu")


@step
def charge(order: str) -> str:
    return f"{order} charged in {REGION}, up since {STARTED}"


@workflow
def checkout(order: str) -> str:
    return charge(order)
""",
        """\
from datetime import date

from holdfast import step, workflow

FOUNDED = date(1999, 12, 31)


@step
def book(order: str, day: str) -> str:
    return f"{order} booked on {day}"


def due(order: str, day: date | None = None) -> str:
    return book(order, str(day or FOUNDED))


@workflow
def checkout(order: str) -> str:
    return due(order)
""",
        """\
import re

from holdfast import step, workflow

SKU = re.compile("[a-z]+-[0-9]+")


@step
def charge(skus: list[str]) -> str:
    return f"charged {len(skus)}"


@workflow
def checkout(skus: list[str]) -> str:
    return charge([sku for sku in skus if SKU.fullmatch(sku)])
""",
    ),
    enforced_by=frozenset({Enforcement.SHIFT}),
    check=check,
)
