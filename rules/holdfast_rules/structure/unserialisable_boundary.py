"""DUR508: a value that cannot be stored crosses the boundary of a step or workflow."""

from collections.abc import Iterator

from holdfast_rules.facts import UnitFacts, UnserialisableValue
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import quote

_INSTEAD = {
    "lambda": "pass the data, and choose the function inside the step",
    "generator": "pass a list",
    "open file": "pass the path, and open the file inside the step",
    "connection": "connect inside the step",
    "client": "make the client inside the step, or once for the module",
    "lock": "take the lock inside the step",
    "coroutine": "await it first, and pass its result",
}


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report arguments and results that no record can hold."""
    for fact in unit.of(UnserialisableValue):
        what = f"{'an' if fact.what[:1] in 'aeiou' else 'a'} {fact.what}"
        does = f"returns {what}" if fact.role == "result" else f"takes {what}"
        yield Violation.of(
            fact,
            message=f"{quote(fact.operation)} {does}, which the record cannot hold; a replay has nothing to read back",
            help=_INSTEAD.get(fact.what, "pass plain data, and make the object inside the step"),
            severity=Severity.ERROR,
            symbol=fact.operation,
        )


RULE = Rule(
    code="DUR508",
    name="unserialisable-boundary",
    summary="a lambda, generator, open file, lock or connection is an argument or the result of a step or workflow",
    why=(
        "Arguments and results are stored, and read back on replay, perhaps on another machine. Functions, handles "
        "and locks exist in one process only; the engine fails when it stores them, or when it reads them back."
    ),
    remedy="Pass plain data (text, numbers, lists, dataclasses), and make handles inside the step that uses them.",
    bad=(
        """\
from collections.abc import Callable

from holdfast import step, workflow


@step
def price(sku: str, discount: Callable[[int], int]) -> int:
    return discount(len(sku))


@workflow
def quote(sku: str) -> int:
    return price(sku, lambda cents: cents - 10)
""",
        """\
from collections.abc import Iterable

from holdfast import step, workflow


@step
def pack(skus: Iterable[str]) -> int:
    return len(list(skus))


@workflow
def fulfil(skus: list[str]) -> int:
    return pack(sku.upper() for sku in skus)
""",
        """\
import sqlite3

from holdfast import step, workflow


@step
def connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path)


@workflow
def nightly(path: str) -> str:
    connect(path)
    return path
""",
    ),
    good=(
        """\
from holdfast import step, workflow

DISCOUNTS = {"none": 0, "spring": 10}


@step
def price(sku: str, discount: str) -> int:
    return len(sku) - DISCOUNTS[discount]


@workflow
def quote(sku: str) -> int:
    return price(sku, "spring")
""",
        """\
from holdfast import step, workflow


@step
def pack(skus: list[str]) -> int:
    return len(skus)


@workflow
def fulfil(skus: list[str]) -> int:
    longest = max(skus, key=lambda sku: len(sku))
    return pack([sku.upper() for sku in skus if sku != longest])
""",
        """\
import sqlite3

from holdfast import step, workflow


def connect(path: str) -> sqlite3.Connection:
    return sqlite3.connect(path)


@step
def count(path: str) -> int:
    with connect(path) as connection:
        return len(connection.execute("SELECT id FROM orders").fetchall())


@workflow
def nightly(path: str) -> int:
    return count(path)
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
)
