"""DUR501: a durable operation is named by a value that differs on replay."""

from collections.abc import Iterator

from holdfast_rules.facts import TaintedName, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import place, quote


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report names and ids of durable operations that a hazard decides."""
    for fact in unit.of(TaintedName):
        yield Violation.of(
            fact,
            message=(
                f"{quote(fact.operation)} is named after {quote(fact.source)} ({place(fact.source_at, fact.at)}); "
                "a replay looks for another name"
            ),
            help="name it after the workflow's input, the record of a step, or the position in a loop",
            severity=Severity.ERROR,
            symbol=fact.operation,
        )


RULE = Rule(
    code="DUR501",
    name="unstable-step-name",
    summary="the name or id of a step, child workflow or message differs from run to run",
    why=(
        "The record is looked up by name. Under another name nothing is found: the replay stops as different from the "
        "record, or a child workflow is started a second time beside the first."
    ),
    remedy="Name things after the workflow's input, after the result of a step, or after the position in a loop.",
    bad=(
        """\
import uuid

import holdfast
from holdfast import step, workflow


@step
def pack(order: str) -> str:
    return f"packed {order}"


@workflow
def ship(order: str) -> str:
    return pack(order)


@workflow
def checkout(order: str) -> None:
    tag = uuid.uuid4()  # holdfast: ignore[DUR103] only tells attempts apart in the dashboard
    holdfast.start(ship, order, id=f"ship/{order}/{tag}")
""",
        """\
import time

import holdfast
from holdfast import step, workflow


@step
def measure(sensor: str) -> float:
    return float(len(sensor))


@workflow
def read(sensor: str) -> float:
    return measure(sensor)


def label(sensor: str) -> str:
    return f"{sensor}@{time.time()}"  # holdfast: ignore[DUR101] a label for people


@workflow
def watch(sensor: str) -> float:
    reading = holdfast.start(read, sensor, id=label(sensor))
    return reading.result()
""",
    ),
    good=(
        """\
import holdfast
from holdfast import step, workflow


@step
def pack(order: str) -> str:
    return f"packed {order}"


@workflow
def ship(order: str) -> str:
    return pack(order)


@workflow
def checkout(orders: list[str]) -> None:
    for index, order in enumerate(orders):
        holdfast.start(ship, order, id=f"ship/{order}/{index}")
""",
        """\
import uuid

import holdfast
from holdfast import step, workflow


@step
def new_parcel() -> str:
    return str(uuid.uuid4())


@workflow
def ship(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> None:
    holdfast.start(ship, order, id=f"ship/{new_parcel()}")
""",
    ),
    enforced_by=frozenset({Enforcement.REPLAY}),
    check=check,
)
