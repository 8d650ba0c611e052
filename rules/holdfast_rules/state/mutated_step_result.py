"""DUR404: a checkpointed value is changed in place."""

from collections.abc import Iterator

from holdfast_rules.facts import MutatedCheckpoint, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import quote


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report changes of a step's result or input."""
    for fact in unit.of(MutatedCheckpoint):
        what = "an input of" if fact.what == "input" else "the result of"
        yield Violation.of(
            fact,
            message=f"{quote(fact.shown)} changes {what} step {quote(fact.step)} in place; the record may get either",
            help="change a copy: `[*items, item]`, `{**row, key: value}`, `list(…)`, `dataclasses.replace`",
            severity=Severity.ERROR,
            symbol=fact.step,
        )


RULE = Rule(
    code="DUR404",
    name="mutated-step-result",
    summary="the result or an input of a step is changed in place by workflow code",
    why=(
        "What a step took and gave is part of the record. Changing the same object afterwards changes what is about to "
        "be recorded, or what a second reader of the record in this process sees; the replay starts from the other one."
    ),
    remedy="Make a new object instead: a copy with the change, a comprehension, `dataclasses.replace`.",
    bad=(
        """\
from holdfast import step, workflow


@step
def load(order: str) -> list[str]:
    return [order]


@step
def pack(lines: list[str]) -> str:
    return ", ".join(lines)


@workflow
def fulfil(order: str) -> str:
    lines = load(order)
    lines.append("gift card")
    return pack(lines)
""",
        """\
from holdfast import step, workflow


@step
def load(order: str) -> dict[str, int]:
    return {order: 100}


def without_tax(prices: dict[str, int], order: str) -> None:
    prices[order] -= 19


@workflow
def quote(order: str) -> dict[str, int]:
    prices = load(order)
    without_tax(prices, order)
    return prices
""",
        """\
from holdfast import step, workflow


@step
def reserve(skus: list[str]) -> int:
    return len(skus)


@workflow
def fulfil(first: str, second: str) -> list[str]:
    skus = [first, second]
    reserve(skus)
    skus.sort()
    return skus
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@step
def load(order: str) -> list[str]:
    return [order]


@step
def pack(lines: list[str]) -> str:
    return ", ".join(lines)


@workflow
def fulfil(order: str) -> str:
    lines = [*load(order), "gift card"]
    return pack(lines)
""",
        """\
from holdfast import step, workflow


@step
def load(order: str) -> dict[str, int]:
    return {order: 100}


@workflow
def quote(order: str) -> dict[str, int]:
    prices = dict(load(order))
    prices[order] -= 19
    return prices
""",
        """\
from holdfast import step, workflow


@step
def reserve(skus: list[str]) -> int:
    return len(skus)


@workflow
def fulfil(first: str, second: str) -> list[str]:
    skus = [first]
    skus.append(second)
    reserve(skus)
    return sorted(skus)
""",
    ),
    enforced_by=frozenset({Enforcement.REPLAY}),
    check=check,
)
