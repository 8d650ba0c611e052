"""DUR106: an address in memory or a salted hash decides something."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import DECISIVE, Enforcement, Rule, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report identities that reach a branch, a durable operation or the result; elsewhere they do no harm."""
    for use in hazard_uses(unit, Effect.OBJECT_IDENTITY):
        if not use.reaches & DECISIVE:
            continue
        hashes = use.name.rpartition(".")[2] in ("hash", "__hash__")
        yield report(
            unit,
            use,
            does="is salted for each process" if hashes else "depends on an address in memory",
            replay="a replay gets another value",
            help="derive the value from the data: `hashlib.sha256(…)`, an id of its own, or fields spelled out",
        )


RULE = Rule(
    code="DUR106",
    name="object-identity",
    summary="`id`, a salted `hash` or a default `repr` reaches a branch, a durable operation or the result",
    why=(
        "`id` and the default `repr` show an address in memory; `hash` of text and of most objects is salted anew for "
        "each process. Within one process all three look stable, which is why tests pass and recoveries fail."
    ),
    remedy="Derive the value from the data itself: `hashlib`, an id of the domain, a `repr` that spells out the fields.",
    bad=(
        """\
from holdfast import step, workflow


@step
def enqueue(order: str, shard: int) -> str:
    return f"{order} on {shard}"


@workflow
def route(order: str) -> str:
    return enqueue(order, hash(order) % 8)
""",
        """\
from holdfast import step, workflow


class Basket:
    def __init__(self, order: str) -> None:
        self.order = order


@step
def load(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> int:
    basket = Basket(load(order))
    return id(basket)
""",
        """\
from holdfast import step, workflow


class Basket:
    def __init__(self, order: str) -> None:
        self.order = order


@step
def audit(line: str) -> None:
    return None


@workflow
def checkout(order: str) -> str:
    basket = Basket(order)
    audit(repr(basket))
    return order
""",
    ),
    good=(
        """\
import hashlib

from holdfast import step, workflow


@step
def enqueue(order: str, shard: int) -> str:
    return f"{order} on {shard}"


@workflow
def route(order: str) -> str:
    digest = hashlib.sha256(order.encode()).digest()
    return enqueue(order, digest[0] % 8)
""",
        """\
from dataclasses import dataclass

from holdfast import step, workflow


@dataclass
class Basket:
    order: str


@step
def audit(line: str) -> None:
    return None


@workflow
def checkout(order: str) -> str:
    basket = Basket(order)
    audit(repr(basket))
    return order
""",
        """\
import holdfast
from holdfast import step, workflow


class Basket:
    def __init__(self, order: str) -> None:
        self.order = order


@step
def load(order: str) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    basket = Basket(load(order))
    holdfast.logger.info("basket object %s", id(basket))
    return basket.order
""",
    ),
    enforced_by=frozenset({Enforcement.SHIFT}),
    check=check,
)
