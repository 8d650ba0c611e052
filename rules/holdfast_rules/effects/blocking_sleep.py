"""DUR307: workflow code waits with a timer that dies with the process."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each wait on a timer that is not durable."""
    for use in hazard_uses(unit, Effect.SLEEP):
        yield report(
            unit,
            use,
            does="waits on a timer of this process",
            replay="a replay waits all of it again",
            subject="whether it timed out",
            help="use the engine's durable sleep",
            severity=Severity.ERROR,
        )


RULE = Rule(
    code="DUR307",
    name="blocking-sleep",
    summary="workflow code sleeps, or waits with a timeout, without the engine",
    why=(
        "The timer is not recorded. A crash after six days of a week's sleep starts the week again, every replay "
        "waits once more, and meanwhile a thread is held. Whether a timeout struck may come out differently, too."
    ),
    remedy="Use the engine's durable sleep: it is recorded, survives the process and holds no thread.",
    bad=(
        """\
import time

from holdfast import step, workflow


@step
def remind(customer: str) -> str:
    return f"reminded {customer}"


@workflow
def dunning(customer: str) -> str:
    time.sleep(86_400)
    return remind(customer)
""",
        """\
import asyncio

from holdfast import step, workflow


@step
async def poll(job: str) -> str:
    return f"{job} is done"


async def pause(seconds: float) -> None:
    await asyncio.sleep(seconds)


@workflow
async def watch(job: str) -> str:
    await pause(30.0)
    return await poll(job)
""",
        """\
import time

from holdfast import step, workflow


@step
def charge(order: str) -> bool:
    return order.startswith("o-")


class Backoff:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def wait(self) -> None:
        time.sleep(self.seconds)


@workflow
def checkout(order: str) -> bool:
    backoff = Backoff(5.0)
    if charge(order):
        return True
    backoff.wait()
    return charge(order)
""",
    ),
    good=(
        """\
import holdfast
from holdfast import step, workflow


@step
def remind(customer: str) -> str:
    return f"reminded {customer}"


@workflow
def dunning(customer: str) -> str:
    holdfast.sleep(86_400)
    return remind(customer)
""",
        """\
import asyncio

from holdfast import step, workflow


@step
async def poll(job: str) -> str:
    await asyncio.sleep(1.0)
    return f"{job} is done"


@workflow
async def watch(job: str) -> str:
    await asyncio.sleep(0)
    return await poll(job)
""",
        """\
from holdfast import step, workflow


class Hotel:
    def __init__(self, city: str) -> None:
        self.city = city

    def sleep(self, nights: int) -> str:
        return f"{nights} nights in {self.city}"


@step
def book(what: str) -> str:
    return f"booked {what}"


@workflow
def trip(city: str, nights: int) -> str:
    time = Hotel(city)
    return book(time.sleep(nights))
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
    fix="safe: the sleep becomes the engine's durable one",
)
