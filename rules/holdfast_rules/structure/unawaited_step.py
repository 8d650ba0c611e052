"""DUR505: a durable operation is started and nobody waits for it."""

from collections.abc import Iterator

from holdfast_rules.facts import Unawaited, UnitFacts
from holdfast_rules.fixes import AwaitCall
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import quote


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report dropped coroutines and lost task handles of durable operations."""
    for fact in unit.of(Unawaited):
        task = "task" in fact.how.lower()
        yield Violation.of(
            fact,
            message=(
                f"the task of {quote(fact.operation)} is lost; whether it finishes before the workflow is chance"
                if task
                else f"{quote(fact.operation)} is never awaited; it does not run, and nothing is recorded"
            ),
            help="keep the task and await it, or gather it" if task else f"write `await {fact.operation}(…)`",
            severity=Severity.ERROR,
            symbol=fact.operation,
            proposal=None if task else AwaitCall(),
        )


RULE = Rule(
    code="DUR505",
    name="unawaited-step",
    summary="the coroutine of a step is dropped, or the handle of its task lost",
    why=(
        "A coroutine that nobody awaits never starts: the payment is not made, and Python says so only when the "
        "garbage collector passes. A task whose handle is lost may be cut off when the workflow returns, or not."
    ),
    remedy="Await the step, or keep its task and await that, together with others through `gather`.",
    bad=(
        """\
from holdfast import step, workflow


@step
async def notify(order: str) -> None:
    return None


@workflow
async def checkout(order: str) -> str:
    notify(order)
    return order
""",
        """\
import asyncio

from holdfast import step, workflow


@step
async def notify(order: str) -> None:
    return None


@workflow
async def checkout(order: str) -> str:
    asyncio.create_task(notify(order))
    return order
""",
        """\
import holdfast
from holdfast import step, workflow


@step
async def remind(customer: str) -> str:
    return f"reminded {customer}"


@workflow
async def dunning(customer: str) -> str:
    holdfast.aio.sleep(86_400)
    return await remind(customer)
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@step
async def notify(order: str) -> None:
    return None


@workflow
async def checkout(order: str) -> str:
    pending = notify(order)
    await pending
    return order
""",
        """\
import asyncio

from holdfast import step, workflow


@step
async def notify(order: str) -> None:
    return None


@workflow
async def checkout(orders: list[str]) -> int:
    tasks = [asyncio.create_task(notify(order)) for order in orders]
    await asyncio.gather(*tasks)
    return len(tasks)
""",
        """\
from holdfast import step, workflow


@step
def notify(order: str) -> None:
    return None


@workflow
async def checkout(order: str) -> str:
    notify(order)
    return order
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
    fix="safe: a call that is dropped is awaited",
)
