"""DUR503: a durable operation starts inside a step's body."""

from collections.abc import Iterator

from holdfast_rules.facts import NestedStep, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import quote


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report durable operations in step bodies, and in what these call."""
    for fact in unit.of(NestedStep):
        yield Violation.of(
            fact,
            message=(
                f"{quote(fact.operation)} starts inside step {quote(fact.step)}; "
                "a replay skips the step, and never meets it"
            ),
            help=f"call {quote(fact.operation)} from the workflow, or make it a plain function",
            severity=Severity.ERROR,
            symbol=fact.operation,
        )


RULE = Rule(
    code="DUR503",
    name="nested-step",
    summary="a durable operation is started inside a step's body",
    why=(
        "A step is one entry of the record. An operation inside it would be an entry that exists when the step runs "
        "and not when it is replayed; engines refuse it, or run it without recording it."
    ),
    remedy="Call both steps from the workflow, or make the inner one a plain function that the step calls.",
    bad=(
        """\
from holdfast import step, workflow


@step
def authorise(order: str) -> str:
    return f"authorised {order}"


@step
def charge(order: str) -> str:
    return f"{authorise(order)} and charged"


@workflow
def checkout(order: str) -> str:
    return charge(order)
""",
        """\
import holdfast
from holdfast import step, workflow


def with_patience(order: str) -> str:
    holdfast.sleep(60)
    return order


@step
def charge(order: str) -> str:
    return f"charged {with_patience(order)}"


@workflow
def checkout(order: str) -> str:
    return charge(order)
""",
        """\
from holdfast import step, workflow


class Bank:
    @step
    def authorise(self, order: str) -> str:
        return f"authorised {order}"


BANK = Bank()
authorise = BANK.authorise


@step
def charge(order: str) -> str:
    return f"{authorise(order)} and charged"


@workflow
def checkout(order: str) -> str:
    return charge(order)
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@step
def authorise(order: str) -> str:
    return f"authorised {order}"


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    return charge(authorise(order))
""",
        """\
from holdfast import step, workflow


def authorise(order: str) -> str:
    return f"authorised {order}"


@step
def charge(order: str) -> str:
    return f"{authorise(order)} and charged"


@workflow
def checkout(order: str) -> str:
    return charge(order)
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
)
