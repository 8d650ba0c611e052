"""DUR103: workflow code makes an identifier that is new on every run."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each identifier that a replay would make anew."""
    for use in hazard_uses(unit, Effect.IDENTIFIER):
        yield report(
            unit,
            use,
            does="makes a new identifier",
            replay="a replay makes another one",
            help="use the engine's `uuid4`, derive it with `uuid.uuid5`, or make it in a step",
        )


RULE = Rule(
    code="DUR103",
    name="fresh-identifier",
    summary="workflow code makes a random or time-based identifier",
    why=(
        "An identifier made with `uuid4` and its like is another one on every replay. The payment that was recorded "
        "under the first is looked up under the second, and an idempotency key that changes protects nothing."
    ),
    remedy=(
        "Use the engine's deterministic `uuid4`, derive the identifier from the input with `uuid.uuid5`, or make it in "
        "a step, which records it."
    ),
    bad=(
        """\
import uuid

from holdfast import step, workflow


@step
def charge(order: str, idempotency_key: str) -> str:
    return f"{order} charged under {idempotency_key}"


@workflow
def checkout(order: str) -> str:
    return charge(order, str(uuid.uuid4()))
""",
        """\
from uuid import uuid1

from holdfast import step, workflow


@step
def publish(event: str) -> None:
    return None


def envelope(name: str) -> str:
    return f"{name}:{uuid1().hex}"


@workflow
def announce(order: str) -> str:
    event = envelope(order)
    publish(event)
    return event
""",
        """\
import uuid
from dataclasses import dataclass, field

from holdfast import step, workflow


@dataclass
class Parcel:
    order: str
    id: uuid.UUID = field(default_factory=uuid.uuid4)


@step
def ship(order: str, parcel: str) -> str:
    return f"{order} in {parcel}"


@workflow
def deliver(order: str) -> str:
    parcel = Parcel(order)
    return ship(order, str(parcel.id))
""",
    ),
    good=(
        """\
import holdfast
from holdfast import step, workflow


@step
def charge(order: str, idempotency_key: str) -> str:
    return f"{order} charged under {idempotency_key}"


@workflow
def checkout(order: str) -> str:
    return charge(order, str(holdfast.uuid4()))
""",
        """\
import uuid

from holdfast import step, workflow


@step
def charge(order: str, idempotency_key: str) -> str:
    return f"{order} charged under {idempotency_key}"


@workflow
def checkout(order: str) -> str:
    key = uuid.uuid5(uuid.NAMESPACE_URL, order)
    return charge(order, str(key))
""",
        """\
import uuid

from holdfast import step, workflow


@step
def new_parcel(order: str) -> str:
    return f"{order}/{uuid.uuid4()}"


@workflow
def deliver(order: str) -> str:
    return new_parcel(order)
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT, Enforcement.SHIFT}),
    check=check,
    fix="safe: `uuid.uuid4()` becomes the engine's own; unsafe: another identifier moves into a step",
)
