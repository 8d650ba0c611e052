"""DUR201: the elements of a set reach something that keeps their order."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts, UnorderedIteration
from holdfast_rules.fixes import SortElements
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Violation, severity_of_flow
from holdfast_rules.wording import advice, flow, quote

_HELP = "iterate over `sorted(…)`, or keep the elements in a list or dict"


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report iterations over sets whose order matters, and catalogued calls that give an unordered collection."""
    for fact in unit.of(UnorderedIteration):
        yield Violation.of(
            fact,
            message=(
                f"{quote(fact.sink)} keeps the order of {quote(fact.source)}, "
                f"which a replay may see in another order{flow(fact.reaches, 'that order')}"
            ),
            help=advice(unit, Effect.UNORDERED, _HELP),
            severity=severity_of_flow(fact.reaches),
            symbol=fact.source,
            proposal=SortElements(fact.source, fact.sink),
        )
    for use in hazard_uses(unit, Effect.UNORDERED):
        yield report(unit, use, does="has no stable order", replay="a replay may see another order", help=_HELP)


RULE = Rule(
    code="DUR201",
    name="unordered-iteration",
    summary="the elements of a set reach a loop, a list, a string or another thing that keeps their order",
    why=(
        "The order of a set of strings changes with the hash seed of the process. Steps started in a loop over a set "
        "come in another order on replay, and a list or text made of one is another list or text."
    ),
    remedy=(
        "Iterate over `sorted(…)`, or keep the elements in a list or a dict, which remember their order. What forgets "
        "the order is fine: `len`, `min`, `max`, `any`, `all`, `in`, `==`, another set."
    ),
    bad=(
        """\
from holdfast import step, workflow


@step
def reorder(sku: str) -> str:
    return f"reordered {sku}"


@workflow
def restock(skus: set[str]) -> None:
    for sku in skus:
        reorder(sku)
""",
        """\
from holdfast import step, workflow


@step
def email(addresses: list[str]) -> int:
    return len(addresses)


def recipients(orders: list[str]) -> list[str]:
    unique = {order.lower() for order in orders}
    return list(unique)


@workflow
def newsletter(orders: list[str]) -> int:
    return email(recipients(orders))
""",
        """\
from holdfast import step, workflow


@step
def ask(prompt: str) -> str:
    return prompt.upper()


@workflow
def agent(question: str, tools: frozenset[str]) -> str:
    prompt = question + " using " + ", ".join(tools)
    return ask(prompt)
""",
        """\
from holdfast import step, workflow


@step
def pack(sku: str) -> str:
    return f"packed {sku}"


@workflow
def fulfil(ordered: list[str], missing: list[str]) -> str:
    left = set(ordered) - set(missing)
    return pack(left.pop())
""",
        """\
from holdfast import step, workflow


@step
def assign(ticket: str, agent: str) -> str:
    return f"{ticket} goes to {agent}"


@workflow
def triage(ticket: str, agents: set[str]) -> str:
    first = next(iter(agents))
    return assign(ticket, first)
""",
        """\
from holdfast import step, workflow


@step
def load(shop: str) -> list[str]:
    return [f"{shop}/{fruit}" for fruit in ("kiwi", "fig", "plum", "lime")]


@workflow
def shelf(shop: str) -> list[str]:
    skus = set(load(shop))
    return ["header", *skus]
""",
        """\
from holdfast import step, workflow


@step
def number(shop: str, labels: list[str]) -> int:
    return len(labels)


@workflow
def label(shop: str, skus: set[str]) -> int:
    labels = [f"{index}: {sku}" for index, sku in enumerate(skus)]
    return number(shop, labels)
""",
        """\
from holdfast import step, workflow


@step
def pair(rows: dict[str, str]) -> int:
    return len(rows)


@workflow
def match(orders: list[str], drivers: set[str]) -> int:
    return pair(dict(zip(orders, drivers)))
""",
        """\
from holdfast import step, workflow


@step
def visit(stops: tuple[str, ...]) -> str:
    return stops[0]


@workflow
def route(stops: list[str]) -> str:
    unique = tuple(set(stops))
    return visit(unique)
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@step
def reorder(sku: str) -> str:
    return f"reordered {sku}"


@workflow
def restock(skus: set[str]) -> None:
    for sku in sorted(skus):
        reorder(sku)
""",
        """\
from holdfast import step, workflow


@step
def escalate(count: int, urgent: bool) -> str:
    return f"{count}, urgent: {urgent}"


@workflow
def triage(tags: set[str]) -> str:
    urgent = any(tag.startswith("p0") for tag in tags)
    return escalate(len(tags), urgent or "outage" in tags)
""",
        """\
from holdfast import step, workflow


@step
def reorder(sku: str) -> str:
    return f"reordered {sku}"


@workflow
def restock(skus: list[str]) -> list[str]:
    unique = dict.fromkeys(skus)
    return [reorder(sku) for sku in unique]
""",
        """\
from holdfast import step, workflow


@step
def pack(skus: list[str]) -> int:
    return len(skus)


@workflow
def fulfil(ordered: list[str], missing: list[str]) -> int:
    lacking = set(missing)
    left = [sku for sku in ordered if sku not in lacking]
    return pack(left)
""",
        """\
from holdfast import step, workflow


@step
def cheapest(shop: str) -> dict[str, int]:
    return {shop: 1}


@workflow
def best(shop: str) -> tuple[str, int]:
    prices = cheapest(shop)
    seen = {name.lower() for name in set(prices)}
    return min(seen), max(set(prices.values()))
""",
    ),
    enforced_by=frozenset({Enforcement.SHIFT, Enforcement.REPLAY}),
    check=check,
    fix="safe: `sorted(…)` around elements that surely compare; unsafe: around others",
)
