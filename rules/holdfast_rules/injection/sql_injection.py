"""DUR701: SQL text is built from values."""

from collections.abc import Iterator

from holdfast_rules.facts import SqlText, UnitFacts
from holdfast_rules.rule import Rule, Severity, Violation
from holdfast_rules.wording import quote, quote_all


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report executed SQL that does not consist of literals, in steps and transactions too."""
    for fact in unit.of(SqlText):
        parts = quote_all(fact.parts)
        yield Violation.of(
            fact,
            message=f"{quote(fact.call)} runs SQL made of {parts or 'values'}, which can change what the statement does",
            help="write placeholders, and pass the values as parameters; choose names from literals",
            severity=Severity.ERROR,
            symbol=fact.call,
        )


RULE = Rule(
    code="DUR701",
    name="sql-injection",
    summary="SQL text is built from values that are not literals",
    why=(
        "A value pasted into SQL text can end the statement and begin another. In a durable workflow the text is also "
        "retried until it succeeds, and its arguments are kept in the record."
    ),
    remedy=(
        "Write placeholders and pass the values as parameters. Where a table or column varies, choose it among "
        "literals, or quote it with the driver's own identifier type."
    ),
    bad=(
        """\
import sqlite3

from holdfast import step, workflow


@step
def find(customer: str) -> int:
    with sqlite3.connect("shop.db") as connection:
        return len(connection.execute(f"SELECT id FROM orders WHERE customer = '{customer}'").fetchall())


@workflow
def audit(customer: str) -> int:
    return find(customer)
""",
        """\
import sqlite3

from holdfast import step, workflow


def statement(table: str) -> str:
    text = "DELETE FROM " + table
    text += " WHERE paid = 1"
    return text


@step
def clear(table: str) -> str:
    connection = sqlite3.connect("shop.db")
    connection.execute(statement(table))
    connection.commit()
    return table


@workflow
def nightly(table: str) -> str:
    return clear(table)
""",
        """\
import psycopg
from holdfast import transaction, workflow


@transaction
def mark_paid(tx: psycopg.Connection, order: str) -> str:
    tx.execute("UPDATE orders SET paid = true WHERE id = '%s'" % order)
    return order


@workflow
def checkout(order: str) -> str:
    return mark_paid(order)
""",
    ),
    good=(
        """\
import sqlite3

from holdfast import step, workflow


@step
def find(customer: str) -> int:
    with sqlite3.connect("shop.db") as connection:
        return len(connection.execute("SELECT id FROM orders WHERE customer = ?", (customer,)).fetchall())


@workflow
def audit(customer: str) -> int:
    return find(customer)
""",
        """\
import psycopg
from holdfast import transaction, workflow

TABLE = "orders"


@transaction
def mark(tx: psycopg.Connection, order: str, paid: bool) -> str:
    column = "paid" if paid else "cancelled"
    tx.execute(f"UPDATE {TABLE} SET {column} = true" + " WHERE id = %s", (order,))
    return order


@workflow
def checkout(order: str) -> str:
    return mark(order, True)
""",
    ),
    check=check,
)
