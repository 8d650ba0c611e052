"""DUR101: workflow code reads a clock."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Violation

_PROCESS_CLOCKS = ("monotonic", "perf_counter", "process_time", "thread_time", "default_timer")


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each clock that workflow code reads."""
    for use in hazard_uses(unit, Effect.CLOCK):
        of_process = use.name.rpartition(".")[2].removesuffix("_ns") in _PROCESS_CLOCKS
        yield report(
            unit,
            use,
            does="reads a clock of this process" if of_process else "reads the wall clock",
            replay="a replay gets another value",
            help="use the engine's durable clock, or read the clock in a step",
        )


RULE = Rule(
    code="DUR101",
    name="wall-clock",
    summary="workflow code reads a clock",
    why=(
        "A workflow is replayed after a crash, minutes or weeks later. The clock then says something else, so a branch "
        "that compares times goes the other way, a step gets another argument, or the result differs from the record."
    ),
    remedy="Use the engine's durable clock, which a replay answers from the record, or read the clock in a step.",
    bad=(
        """\
from datetime import UTC, datetime

from holdfast import step, workflow


@step
def charge(order: str, at: str) -> str:
    return f"{order} charged at {at}"


@workflow
def checkout(order: str) -> str:
    return charge(order, datetime.now(UTC).isoformat())
""",
        """\
import time

from holdfast import step, workflow


@step
def pay(invoice: str) -> str:
    return f"paid {invoice}"


def is_late(due: float) -> bool:
    return time.time() > due


@workflow
def settle(invoice: str, due: float) -> str:
    receipt = pay(invoice)
    if is_late(due):
        return f"{receipt}, late"
    return receipt
""",
        """\
from time import monotonic as clock

from holdfast import step, workflow


@step
def ask(question: str) -> str:
    return question.upper()


@workflow
def agent(question: str) -> tuple[str, float]:
    started = clock()
    answer = ask(question)
    return answer, clock() - started
""",
        """\
import time

from holdfast import step, workflow


@step
def archive(folder: str) -> str:
    return f"archived into {folder}"


@workflow
def nightly(shop: str) -> str:
    stamp = time.gmtime()
    return archive(f"{shop}/{stamp.tm_year}")
""",
    ),
    good=(
        """\
import holdfast
from holdfast import step, workflow


@step
def charge(order: str, at: str) -> str:
    return f"{order} charged at {at}"


@workflow
def checkout(order: str) -> str:
    return charge(order, holdfast.now().isoformat())
""",
        """\
import time

from holdfast import step, workflow


def stamp() -> float:
    return time.time()


@step
def charge(order: str) -> float:
    return stamp()


@workflow
def checkout(order: str) -> float:
    return charge(order)
""",
        """\
import time

from holdfast import step, workflow


@step
def archive(folder: str) -> str:
    return f"archived into {folder}"


@workflow
def monthly(shop: str, closed_at: float) -> str:
    return archive(time.strftime("%Y-%m", time.gmtime(closed_at)))
""",
        """\
import time as wall
from dataclasses import dataclass

from holdfast import step, workflow


@dataclass
class Slot:
    begins: int

    def time(self) -> int:
        return self.begins


@step
def book(begins: int) -> str:
    return f"booked {begins}"


@workflow
def schedule(begins: int) -> str:
    def debug() -> float:
        return wall.time()

    time = Slot(begins)
    return book(time.time())
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT, Enforcement.SHIFT}),
    check=check,
    fix="safe: the wall clock becomes the engine's durable one; unsafe: any other clock moves into a step",
)
