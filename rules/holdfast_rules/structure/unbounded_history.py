"""DUR507: a loop without an end adds to the record for ever."""

from collections.abc import Iterator

from holdfast_rules.facts import UnboundedLoop, UnitFacts
from holdfast_rules.rule import Rule, Severity, Violation
from holdfast_rules.wording import quote_all


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report endless loops around durable operations."""
    for fact in unit.of(UnboundedLoop):
        operations = quote_all(fact.operations)
        adds = "add" if len(set(fact.operations)) > 1 else "adds"
        yield Violation.of(
            fact,
            message=f"this loop never ends, and {operations or 'each round'} {adds} to the record; replays get ever longer",
            help="continue as new after a number of rounds, or schedule a workflow for each round",
            severity=Severity.WARNING,
            symbol=fact.operations[0] if fact.operations else "while",
        )


RULE = Rule(
    code="DUR507",
    name="unbounded-history",
    summary="`while True` around durable operations, without a way out and without continue-as-new",
    why=(
        "Each round adds entries to the record, and each replay reads all of them. After months a restart takes "
        "minutes, and engines with a limit on the history end the workflow."
    ),
    remedy="Continue as new after a number of rounds, give the loop an end, or schedule one workflow for each round.",
    bad=(
        """\
import holdfast
from holdfast import step, workflow


@step
def bill(customer: str) -> str:
    return f"billed {customer}"


@workflow
def subscription(customer: str) -> None:
    while True:
        bill(customer)
        holdfast.sleep(2_592_000)
""",
        """\
from holdfast import step, workflow


@step
async def next_message(chat: str) -> str:
    return chat.upper()


@step
async def reply(message: str) -> str:
    return f"re: {message}"


async def one_round(chat: str) -> None:
    await reply(await next_message(chat))


@workflow
async def agent(chat: str) -> None:
    while 1:
        await one_round(chat)
""",
    ),
    good=(
        """\
import holdfast
from holdfast import step, workflow


@step
def bill(customer: str, month: int) -> str:
    return f"billed {customer} for month {month}"


@workflow
def subscription(customer: str, month: int) -> None:
    while True:
        bill(customer, month)
        holdfast.sleep(2_592_000)
        month += 1
        if month % 12 == 0:
            holdfast.continue_as_new(customer, month)
""",
        """\
from holdfast import step, workflow


@step
async def next_message(chat: str) -> str:
    return chat.upper()


@workflow
async def agent(chat: str) -> str:
    while True:
        message = await next_message(chat)
        if message == "BYE":
            break
    return message
""",
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> bool:
    return order.startswith("o-")


@workflow
def checkout(order: str) -> int:
    attempt = 0
    while True:
        attempt += 1
        if charge(order):
            return attempt
""",
    ),
    check=check,
)
