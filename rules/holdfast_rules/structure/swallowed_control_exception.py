"""DUR506: a handler catches what the engine raises to suspend or cancel."""

from collections.abc import Iterator

from holdfast_rules.facts import SwallowedControl, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import quote, quote_all


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report handlers that catch everything around durable operations and do not raise again."""
    for fact in unit.of(SwallowedControl):
        yield Violation.of(
            fact,
            message=(
                f"{quote(fact.handler)} around {quote_all(fact.operations) or 'durable operations'} "
                "also catches suspension and cancellation"
            ),
            help="catch the errors that you expect, or end the handler with `raise`",
            severity=Severity.ERROR,
            symbol=fact.handler,
        )


RULE = Rule(
    code="DUR506",
    name="swallowed-control-exception",
    summary="`except:` or `except BaseException` around durable operations does not raise again",
    why=(
        "Engines leave a workflow by raising: to suspend it during a long wait, to cancel it, to report that the "
        "replay differs. A handler that catches everything takes that for a failure of the step and goes on."
    ),
    remedy="Catch `Exception` or the errors that you expect; where everything must be seen, end with a bare `raise`.",
    bad=(
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    try:
        return charge(order)
    except:
        return "failed"
""",
        """\
from holdfast import step, workflow


@step
async def charge(order: str) -> str:
    return f"charged {order}"


async def attempt(order: str) -> str:
    try:
        return await charge(order)
    except BaseException as error:
        return f"failed: {type(error).__name__}"


@workflow
async def checkout(order: str) -> str:
    return await attempt(order)
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    try:
        return charge(order)
    except Exception:
        return "failed"
""",
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    attempts = [order]
    try:
        return charge(order)
    except BaseException:
        attempts.clear()
        raise
""",
        """\
from holdfast import step, workflow


@step
def charge(cents: int) -> str:
    return f"charged {cents}"


@workflow
def checkout(cents: str) -> str:
    try:
        amount = int(cents)
    except BaseException:
        amount = 0
    return charge(amount)
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
)
