"""DUR502: a hazard's value decides which durable operations run."""

from collections.abc import Iterator

from holdfast_rules.facts import HazardUse, TaintedBranch, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import advice, place, quote, quote_all

_HELP = "record the value in a step, and branch on its result"


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report the condition; the hazard that feeds it is reported by its own rule, at its own place."""
    hazards = {use.at: use for use in unit.of(HazardUse)}
    for fact in unit.of(TaintedBranch):
        hazard = hazards.get(fact.source_at)
        run = "run" if len(set(fact.operations)) > 1 else "runs"
        yield Violation.of(
            fact,
            message=(
                f"{quote(fact.source)} ({place(fact.source_at, fact.at)}) decides whether "
                f"{quote_all(fact.operations) or 'a durable operation'} {run}; a replay may take the other way"
            ),
            help=advice(unit, hazard.effect, _HELP, hazard.remedy) if hazard else _HELP,
            severity=Severity.ERROR,
            symbol=fact.source,
        )


RULE = Rule(
    code="DUR502",
    name="tainted-branch",
    summary="a value that differs on replay decides a branch or a loop around durable operations",
    why=(
        "The replay goes through the code to find the operations on record. When a clock, a random value or the like "
        "decides whether an operation is reached, the replay asks for one that was never recorded, or misses one that "
        "was, and the workflow is stuck."
    ),
    remedy=(
        "Decide on something that a replay knows: the workflow's input, the result of a step, the engine's durable "
        "clock or seeded generator."
    ),
    bad=(
        """\
import random

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@step
def survey(order: str) -> str:
    return f"asked about {order}"


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    lucky = random.random() < 0.1  # holdfast: ignore[DUR102] a sample of one in ten
    if lucky:
        survey(order)
    return receipt
""",
        """\
import time

from holdfast import step, workflow


@step
def poll(job: str) -> bool:
    return job.startswith("done")


def out_of_time(deadline: float) -> bool:
    return time.time() > deadline  # holdfast: ignore[DUR101] precise to a minute is enough


@workflow
def watch(job: str, deadline: float) -> None:
    while not out_of_time(deadline):
        poll(job)
""",
    ),
    good=(
        """\
import random

from holdfast import step, workflow


@step
def draw() -> float:
    return random.random()


@step
def survey(order: str) -> str:
    return f"asked about {order}"


@workflow
def checkout(order: str) -> str:
    if draw() < 0.1:
        return survey(order)
    return order
""",
        """\
import holdfast
from holdfast import step, workflow


@step
def poll(job: str) -> bool:
    return job.startswith("done")


@workflow
def watch(job: str, deadline: float) -> None:
    while holdfast.now().timestamp() < deadline:
        if poll(job):
            break
        holdfast.sleep(60)
""",
    ),
    enforced_by=frozenset({Enforcement.REPLAY}),
    check=check,
)
