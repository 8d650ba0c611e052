"""DUR302: workflow code talks to a database."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each database call outside a step or transaction."""
    for use in hazard_uses(unit, Effect.DATABASE):
        yield report(
            unit,
            use,
            does="talks to a database outside a step",
            replay="a replay runs it again on other rows",
            subject="what it returns",
            help="move the call into a step or a transaction",
            severity=Severity.ERROR,
        )


RULE = Rule(
    code="DUR302",
    name="database-call",
    summary="workflow code calls a database driver or an ORM outside a step or a transaction",
    why=(
        "On replay the statement runs again: an insert puts in a second row, a select sees what others wrote in the "
        "meantime. The workflow then goes another way than its record."
    ),
    remedy=(
        "Move the call into a step, or into a transaction, whose rows and checkpoint are committed together and so "
        "exactly once."
    ),
    bad=(
        """\
import sqlite3

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


def remember(order: str, receipt: str) -> None:
    with sqlite3.connect("shop.db") as connection:
        connection.execute("INSERT INTO receipts VALUES (?, ?)", (order, receipt))


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    remember(order, receipt)
    return receipt
""",
        """\
import psycopg
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


class Orders:
    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)

    def mark_paid(self, order: str) -> None:
        self.connection.execute("UPDATE orders SET paid = true WHERE id = %s", (order,))


@workflow
def checkout(order: str, url: str) -> str:
    receipt = charge(order)
    Orders(url).mark_paid(order)
    return receipt
""",
    ),
    good=(
        """\
import sqlite3

from holdfast import step, workflow


@step
def remember(order: str, receipt: str) -> None:
    with sqlite3.connect("shop.db") as connection:
        connection.execute("INSERT INTO receipts VALUES (?, ?)", (order, receipt))


@workflow
def checkout(order: str) -> str:
    remember(order, f"receipt for {order}")
    return order
""",
        """\
import psycopg
from holdfast import transaction, workflow


@transaction
def mark_paid(tx: psycopg.Connection, order: str) -> str:
    tx.execute("UPDATE orders SET paid = true WHERE id = %s", (order,))
    return order


@workflow
def checkout(order: str) -> str:
    return mark_paid(order)
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
)
