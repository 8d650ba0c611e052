"""DUR402: workflow code reads a module-level name that changes while the process runs."""

from collections.abc import Iterator

from holdfast_rules.facts import StateRead, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Violation, severity_of_flow
from holdfast_rules.wording import flow, place, quote


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report reads of changing names."""
    for read in unit.of(StateRead):
        writer = read.writer_function.rpartition(":")[2] or "the module"
        yield Violation.of(
            read,
            message=(
                f"{quote(read.name)} is changed by {quote(writer)} ({place(read.writer, read.at)}); "
                f"a replay reads another value{flow(read.reaches)}"
            ),
            help="pass the value in as an argument, or read it in a step",
            severity=severity_of_flow(read.reaches),
            symbol=read.name,
        )


RULE = Rule(
    code="DUR402",
    name="module-state-read",
    summary="workflow code reads a module-level name that something in the project changes",
    why=(
        "What the name holds depends on what else has run in this process. After a restart it is back at its initial "
        "value, so the replay sees something else than the run that made the record."
    ),
    remedy="Pass the value in as an argument of the workflow, or read it in a step, which records it.",
    bad=(
        """\
from holdfast import step, workflow

rates = {"eur": 100}


def refresh(currency: str, rate: int) -> None:
    rates[currency] = rate


@step
def charge(order: str, cents: int) -> str:
    return f"{order} charged {cents}"


@workflow
def checkout(order: str) -> str:
    return charge(order, rates["eur"])
""",
        """\
from holdfast import step, workflow

maintenance = False


def begin_maintenance() -> None:
    global maintenance
    maintenance = True


@step
def charge(order: str) -> str:
    return f"charged {order}"


def notice() -> str:
    return "we are slow today" if maintenance else "thank you"


@workflow
def checkout(order: str) -> str:
    return f"{charge(order)}, {notice()}"
""",
    ),
    good=(
        """\
from holdfast import step, workflow

RATES = {"eur": 100, "usd": 110}


@step
def charge(order: str, cents: int) -> str:
    return f"{order} charged {cents}"


@workflow
def checkout(order: str) -> str:
    return charge(order, RATES["eur"])
""",
        """\
from holdfast import step, workflow

rates = {"eur": 100}


def refresh(currency: str, rate: int) -> None:
    rates[currency] = rate


@step
def current_rate(currency: str) -> int:
    return rates[currency]


@workflow
def checkout(order: str) -> str:
    return f"{order} for {current_rate('eur')}"
""",
        """\
from holdfast import step, workflow

rates = {"eur": 100}


def refresh(currency: str, rate: int) -> None:
    rates[currency] = rate


@step
def charge(order: str, cents: int) -> str:
    return f"{order} charged {cents}"


@workflow
def checkout(order: str, rates: dict[str, int]) -> str:
    return charge(order, rates["eur"])
""",
    ),
    enforced_by=frozenset({Enforcement.REPLAY}),
    check=check,
)
