"""DUR509: the engine itself would reject the definition."""

from collections.abc import Iterator

from holdfast_rules.facts import ShapeProblem, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report definitions that the engine would refuse."""
    for fact in unit.of(ShapeProblem):
        yield Violation.of(
            fact,
            message=fact.problem,
            help=fact.remedy or unit.profile.advice or f"see how {unit.profile.title} defines workflows and steps",
            severity=Severity.ERROR,
            symbol=fact.function.rpartition(":")[2],
        )


RULE = Rule(
    code="DUR509",
    name="workflow-shape",
    summary="a workflow or a step is defined in a way that the engine rejects",
    why=(
        "Engines check definitions when they are registered: generators, parameters that cannot be decoded, a second "
        "workflow of the same name. The error then comes when the worker starts, which is when it is deployed."
    ),
    remedy="Define it as the engine asks: a plain or async function with annotated parameters and a name of its own.",
    bad=(
        """\
from collections.abc import Iterator

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> Iterator[str]:
    yield charge(order)
""",
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow(name="checkout")
def checkout(order: str) -> str:
    return charge(order)


@workflow(name="checkout")
def checkout_with_gift(order: str) -> str:
    return charge(f"{order} and a gift")
""",
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(*orders) -> list[str]:
    return [charge(order) for order in orders]
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(*orders: str) -> list[str]:
    return [charge(order) for order in orders]
""",
        """\
from collections.abc import Iterator

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


def batches(orders: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(orders), 10):
        yield orders[start : start + 10]


@workflow(name="checkout")
def checkout(orders: list[str]) -> list[str]:
    return [charge(order) for batch in batches(orders) for order in batch]


@workflow(name="checkout-with-gift")
def checkout_with_gift(order: str) -> str:
    return charge(f"{order} and a gift")
""",
    ),
    enforced_by=frozenset({Enforcement.REGISTER}),
    check=check,
)
