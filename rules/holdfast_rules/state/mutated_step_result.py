"""DUR404: what a step was given or gave is changed in place, on one side of its record only."""

from collections.abc import Iterator

from holdfast_rules.facts import MutatedCheckpoint, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import quote


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report steps that change their input, and changes of a result that is also the input."""
    for fact in unit.of(MutatedCheckpoint):
        if fact.what == "input":
            message = f"{quote(fact.shown)} in step {quote(fact.step)} changes its input; a replay skips the change"
            help = "change a copy in the step, return it, and use the result"
        else:
            message = (
                f"{quote(fact.shown)} changes the result of step {quote(fact.step)}, which is also its input; "
                "a replay has two objects"
            )
            help = "return a new object from the step: `[*items]`, `dict(row)`, `dataclasses.replace`"
        yield Violation.of(fact, message=message, help=help, severity=Severity.ERROR, symbol=fact.step)


RULE = Rule(
    code="DUR404",
    name="mutated-step-result",
    summary="a step changes its input in place, or gives back its input and workflow code changes that",
    why=(
        "A replay does not run the step: it decodes the result from the record. What the step's body did to its "
        "argument is not there then. And where a step returns the object that it was given, the first run has one "
        "object under two names and the replay has two, so a change of the one no longer shows in the other."
    ),
    remedy="Treat the arguments of a step as read-only: change a copy, return it, and go on with the result.",
    bad=(
        """\
from holdfast import step, workflow


@step
def add_gift(lines: list[str]) -> None:
    lines.append("gift card")


@workflow
def fulfil(order: str) -> list[str]:
    lines = [order]
    add_gift(lines)
    return lines
""",
        """\
from holdfast import step, workflow


def without_tax(prices: dict[str, int], order: str) -> None:
    prices[order] -= 19


@step
def settle(prices: dict[str, int], order: str) -> int:
    without_tax(prices, order)
    return prices[order]


@workflow
def checkout(order: str) -> int:
    prices = {order: 100}
    settled = settle(prices, order)
    return settled + prices[order]
""",
        """\
from holdfast import step, workflow


@step
def reserved(skus: list[str]) -> list[str]:
    return skus


@workflow
def fulfil(first: str, second: str) -> list[str]:
    ordered = [first, second]
    packed = reserved(ordered)
    packed.append("gift card")
    return ordered
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@step
def with_gift(lines: list[str]) -> list[str]:
    return [*lines, "gift card"]


@workflow
def fulfil(order: str) -> list[str]:
    return with_gift([order])
""",
        """\
from holdfast import step, workflow


@step
def settle(prices: dict[str, int], order: str) -> int:
    mine = dict(prices)
    mine[order] -= 19
    return mine[order]


@workflow
def checkout(order: str) -> int:
    prices = {order: 100}
    settled = settle(prices, order)
    return settled + prices[order]
""",
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
    ),
    enforced_by=frozenset({Enforcement.REPLAY}),
    check=check,
)
