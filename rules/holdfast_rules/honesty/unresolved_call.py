"""DUR901: analysis does not know what a call does."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import HazardUse, UnitFacts, UnresolvedCall
from holdfast_rules.rule import Rule, Severity, Violation
from holdfast_rules.wording import quote

_INSTALL = "install the package where the check runs, or list the name in `trusted`"
_HELP = "annotate what is called, call it by name, or list it in `trusted`"


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report calls that no one could resolve, and code that is made at run time."""
    for call in unit.of(UnresolvedCall):
        yield Violation.of(
            call,
            message=f"{quote(call.shown)} could not be resolved: {call.why}",
            help=_INSTALL if "not installed" in call.why else _HELP,
            severity=Severity.NOTE,
            symbol=call.shown,
        )
    for use in unit.of(HazardUse):
        if use.effect is Effect.DYNAMIC:
            yield Violation.of(
                use,
                message=f"{quote(use.shown)} decides at run time what is called; analysis cannot follow it",
                help=_HELP,
                severity=Severity.NOTE,
                symbol=use.name,
            )


RULE = Rule(
    code="DUR901",
    name="unresolved-call",
    summary="a call in workflow code that analysis could not resolve",
    why=(
        "A proof covers only what was read. When the type of a receiver is not known, or a package is not installed, "
        "the call may do anything; the workflow's verdict is then `unknown`, not `proved`."
    ),
    remedy=(
        "Annotate the receiver, call by name, install the package in the environment of the check, or list the name "
        "under `trusted` in `[tool.holdfast]`."
    ),
    bad=(
        """\
import acme_pricing
from holdfast import step, workflow


@step
def charge(cents: int) -> str:
    return f"charged {cents}"


@workflow
def checkout(order: str) -> str:
    return charge(acme_pricing.price(order))
""",
        """\
from holdfast import step, workflow


class Discounts:
    def spring(self, cents: int) -> int:
        return cents - 100

    def autumn(self, cents: int) -> int:
        return cents - 50


@step
def charge(cents: int) -> str:
    return f"charged {cents}"


@workflow
def checkout(season: str, cents: int) -> str:
    discount = getattr(Discounts(), season)
    return charge(discount(cents))
""",
    ),
    good=(
        """\
from holdfast import step, workflow


def spring(cents: int) -> int:
    return cents - 100


def autumn(cents: int) -> int:
    return cents - 50


DISCOUNTS = {"spring": spring, "autumn": autumn}


@step
def charge(cents: int) -> str:
    return f"charged {cents}"


@workflow
def checkout(season: str, cents: int) -> str:
    return charge(DISCOUNTS[season](cents))
""",
        """\
from holdfast import step, workflow


class Discounts:
    def spring(self, cents: int) -> int:
        return cents - 100


@step
def charge(cents: int) -> str:
    return f"charged {cents}"


@workflow
def checkout(cents: int) -> str:
    discount = getattr(Discounts(), "spring")
    return charge(discount(cents))
""",
    ),
    check=check,
)
