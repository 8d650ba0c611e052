"""DUR107: workflow code converts a time with the zone of the host."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each conversion that uses the host's time zone."""
    for use in hazard_uses(unit, Effect.TIMEZONE):
        yield report(
            unit,
            use,
            does="uses the host's time zone",
            replay="a replay on another host may differ",
            help="name the zone: `tz=UTC`, `time.gmtime`, aware datetimes",
            same_for_all_engines=True,
        )


RULE = Rule(
    code="DUR107",
    name="local-timezone",
    summary="workflow code converts a time with the zone of the host",
    why=(
        "The same timestamp is another hour, and near midnight another day, on a host with another `TZ`. Development "
        "machines keep local time, servers UTC; a workflow that moves between them replays to other values."
    ),
    remedy="Name the zone in every conversion: `datetime.fromtimestamp(t, tz=UTC)`, `time.gmtime(t)`, aware datetimes.",
    bad=(
        """\
from datetime import datetime

from holdfast import step, workflow


@step
def invoice(order: str, day: str) -> str:
    return f"{order} invoiced on {day}"


@workflow
def bill(order: str, paid_at: float) -> str:
    day = datetime.fromtimestamp(paid_at).isoformat()
    return invoice(order, day)
""",
        """\
import time

from holdfast import step, workflow


@step
def ship(order: str) -> str:
    return f"shipped {order}"


def is_evening(moment: float) -> bool:
    return time.localtime(moment).tm_hour >= 18


@workflow
def deliver(order: str, paid_at: float) -> str:
    parcel = ship(order)
    if is_evening(paid_at):
        return f"{parcel}, arrives the day after tomorrow"
    return f"{parcel}, arrives tomorrow"
""",
        """\
from datetime import date

from holdfast import step, workflow


@step
def close(shop: str, year: int) -> str:
    return f"{shop} closed {year}"


@workflow
def year_end(shop: str, closed_at: float) -> str:
    return close(shop, date.fromtimestamp(closed_at).year)
""",
    ),
    good=(
        """\
from datetime import UTC, datetime

from holdfast import step, workflow


@step
def invoice(order: str, day: str) -> str:
    return f"{order} invoiced on {day}"


@workflow
def bill(order: str, paid_at: float) -> str:
    day = datetime.fromtimestamp(paid_at, tz=UTC).isoformat()
    return invoice(order, day)
""",
        """\
import time

from holdfast import step, workflow


@step
def ship(order: str, hour: int) -> str:
    return f"{order} shipped at {hour}"


@workflow
def deliver(order: str, paid_at: float) -> str:
    return ship(order, time.gmtime(paid_at).tm_hour)
""",
        """\
from datetime import datetime

from holdfast import step, workflow


@step
def local_day(paid_at: float) -> str:
    return datetime.fromtimestamp(paid_at).isoformat()


@workflow
def bill(order: str, paid_at: float) -> str:
    return f"{order} invoiced on {local_day(paid_at)}"
""",
    ),
    enforced_by=frozenset({Enforcement.SHIFT}),
    check=check,
)
