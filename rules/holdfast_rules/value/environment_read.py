"""DUR104: workflow code reads the environment of its process."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each read of the environment."""
    for use in hazard_uses(unit, Effect.ENVIRONMENT):
        yield report(
            unit,
            use,
            does="reads the environment",
            replay="a replay elsewhere may get another value",
            help="pass the setting in as an argument, or read it in a step",
        )


RULE = Rule(
    code="DUR104",
    name="environment-read",
    summary="workflow code reads environment variables or settings made of them",
    why=(
        "A workflow that sleeps for a week wakes up in another process, on another machine, after a deployment. What "
        "the environment says there is not what it said when the workflow began, so the replay leaves the record."
    ),
    remedy="Pass the setting in as an argument of the workflow, or read it in a step, which records it.",
    bad=(
        """\
import os

from holdfast import step, workflow


@step
def charge(order: str, region: str) -> str:
    return f"{order} charged in {region}"


@workflow
def checkout(order: str) -> str:
    return charge(order, os.environ["SHOP_REGION"])
""",
        """\
import os

from holdfast import step, workflow


@step
def price(order: str) -> int:
    return len(order)


def currency() -> str:
    return os.getenv("SHOP_CURRENCY", "EUR")


@workflow
def quote(order: str) -> str:
    return f"{price(order)} {currency()}"
""",
        """\
from pathlib import Path

from holdfast import step, workflow


@step
def export(order: str, folder: str) -> str:
    return f"{order} to {folder}"


@workflow
def report(order: str) -> str:
    return export(order, str(Path.home()))
""",
    ),
    good=(
        """\
import os

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    region = os.environ["SHOP_REGION"]
    return f"{order} charged in {region}"


@workflow
def checkout(order: str) -> str:
    return charge(order)
""",
        """\
import os

from holdfast import step, workflow


@step
def charge(order: str, region: str) -> str:
    return f"{order} charged in {region}"


@workflow
def checkout(order: str, region: str) -> str:
    return charge(order, region)


def main() -> str:
    return checkout("o-1", os.environ["SHOP_REGION"])
""",
        """\
from holdfast import step, workflow


class Settings:
    def __init__(self, region: str) -> None:
        self.environ = {"SHOP_REGION": region}


@step
def charge(order: str, region: str) -> str:
    return f"{order} charged in {region}"


@workflow
def checkout(order: str, region: str) -> str:
    os = Settings(region)
    return charge(order, os.environ["SHOP_REGION"])
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT, Enforcement.SHIFT}),
    check=check,
    fix="unsafe: the read moves into a step",
)
