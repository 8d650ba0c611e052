"""DUR403: what a step writes beside its result is lost on replay."""

from collections.abc import Iterator

from holdfast_rules.facts import LostStepWrite, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import place, quote


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report captured state that a step writes and workflow code reads."""
    for fact in unit.of(LostStepWrite):
        yield Violation.of(
            fact,
            message=(
                f"step {quote(fact.step)} writes {quote(fact.name)}, read on {place(fact.read_at, fact.at)}; "
                "a replay skips the step and its write"
            ),
            help=f"return the value from {quote(fact.step)}, and use its result",
            severity=Severity.ERROR,
            symbol=fact.name,
        )


RULE = Rule(
    code="DUR403",
    name="lost-step-write",
    summary="a step writes a captured variable or attribute that workflow code reads later",
    why=(
        "A step that finished is not run again on replay: only its result comes back from the record. What its body "
        "wrote into variables around it is not there, so the code after it reads the initial value."
    ),
    remedy="Return everything that the workflow needs from the step, and assign it in workflow code.",
    bad=(
        """\
from holdfast import step, workflow


@workflow
def checkout(orders: list[str]) -> int:
    total = 0

    @step
    def charge(order: str) -> None:
        nonlocal total
        total += len(order)

    for order in orders:
        charge(order)
    return total
""",
        """\
from holdfast import step, workflow


@workflow
def research(question: str) -> str:
    notes: list[str] = []

    @step
    def search(query: str) -> None:
        notes.append(f"results for {query}")

    search(question)
    return "; ".join(notes)
""",
        """\
from dataclasses import dataclass

from holdfast import step, workflow


@dataclass
class Checkout:
    receipt: str = ""

    @step
    def charge(self, order: str) -> None:
        self.receipt = f"charged {order}"

    @workflow
    def run(self, order: str) -> str:
        self.charge(order)
        return self.receipt
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@workflow
def checkout(orders: list[str]) -> int:
    @step
    def charge(order: str) -> int:
        return len(order)

    total = 0
    for order in orders:
        total += charge(order)
    return total
""",
        """\
from holdfast import step, workflow


@workflow
def research(question: str) -> str:
    @step
    def search(query: str) -> list[str]:
        notes: list[str] = []
        notes.append(f"results for {query}")
        return notes

    notes = search(question)
    return "; ".join(notes)
""",
    ),
    enforced_by=frozenset({Enforcement.REPLAY}),
    check=check,
)
