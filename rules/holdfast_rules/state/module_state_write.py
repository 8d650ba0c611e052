"""DUR401: workflow code changes something that outlives the run."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import StateWrite, UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import advice, quote

_HELP = "keep the value in a local variable, or write it in a step"

_WHAT = {
    "global": "rebinds the module's {name}",
    "mutation": "changes the module's {name}",
    "class attribute": "changes {name} for all instances",
    "mutable default": "changes the default of {name}, one object for all calls",
    "closure": "changes {name} of the enclosing function",
}


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report writes to module, class and default objects, and catalogued calls that set state of the process."""
    for write in unit.of(StateWrite):
        what = _WHAT.get(write.how, "changes {name}").format(name=quote(write.name))
        if _is_call_of(write):
            what = "changes state of the whole process"
        yield Violation.of(
            write,
            message=f"{quote(write.shown)} {what}; every replay, and every other run, changes it again",
            help=_HELP
            if write.how != "mutable default"
            else "make the default `None`, and the object in the function's body",
            severity=Severity.ERROR,
            symbol=write.name,
        )
    for use in hazard_uses(unit, Effect.STATE):
        yield report(
            unit,
            use,
            does="changes state of the whole process",
            replay="every replay, and every other run, meets it",
            help=advice(unit, Effect.STATE, "do it where the process starts, or in a step"),
            severity=Severity.ERROR,
        )


def _is_call_of(write: StateWrite) -> bool:
    """Tell whether the write is a call of the catalogue (`random.seed(1)`), not a change of the name's object."""
    called = write.shown.partition("(")[0].rpartition(".")[2]
    return "." in write.name and write.name.rpartition(".")[2] == called


RULE = Rule(
    code="DUR401",
    name="module-state-write",
    summary="workflow code changes a module-level object, a class attribute or a mutable default",
    why=(
        "Such an object lives as long as the process and is shared by all runs in it. The replay makes the change a "
        "second time, a run elsewhere starts from an empty one, and workflows that run side by side mix their data."
    ),
    remedy="Keep what belongs to a run in local variables or return it; change shared state in a step.",
    bad=(
        """\
from holdfast import step, workflow

last_order = ""


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    global last_order
    last_order = order
    return charge(order)
""",
        """\
from holdfast import step, workflow

RECEIPTS: dict[str, str] = {}


@step
def charge(order: str) -> str:
    return f"charged {order}"


def remember(order: str, receipt: str) -> None:
    RECEIPTS[order] = receipt


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    remember(order, receipt)
    return receipt
""",
        """\
from holdfast import step, workflow


class Till:
    last_total = 0

    def ring(self, total: int) -> int:
        Till.last_total = total
        return total


@step
def charge(total: int) -> str:
    return f"charged {total}"


@workflow
def checkout(prices: list[int]) -> str:
    return charge(Till().ring(sum(prices)))
""",
        """\
from holdfast import step, workflow


def with_gift(sku: str, lines: list[str] = []) -> list[str]:
    lines.append(sku)
    return [*lines, "gift card"]


@step
def pack(lines: list[str]) -> str:
    return ", ".join(lines)


@workflow
def fulfil(sku: str) -> str:
    return pack(with_gift(sku))
""",
    ),
    good=(
        """\
from holdfast import step, workflow

GREETING = "Dear customer"


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(orders: list[str]) -> dict[str, str]:
    receipts: dict[str, str] = {}
    for order in orders:
        receipts[order] = f"{GREETING}: {charge(order)}"
    return receipts
""",
        """\
from holdfast import step, workflow

RECEIPTS: dict[str, str] = {}


@step
def charge(order: str) -> str:
    RECEIPTS[order] = f"charged {order}"
    return RECEIPTS[order]


@workflow
def checkout(order: str) -> str:
    return charge(order)
""",
        """\
from holdfast import step, workflow

lines: list[str] = []


class Basket:
    def __init__(self) -> None:
        self.total = 0

    def add(self, price: int) -> None:
        self.total += price


@step
def pack(lines: list[str], total: int) -> str:
    return f"{len(lines)} lines for {total}"


@workflow
def fulfil(skus: list[str]) -> str:
    lines = ["header"]
    basket = Basket()
    for sku in skus:
        lines.append(sku)
        basket.add(len(sku))
    return pack(lines, basket.total)
""",
        """\
from holdfast import step, workflow


def with_gift(sku: str, lines: list[str] | None = None) -> list[str]:
    lines = list(lines or [])
    lines.append(sku)
    return [*lines, "gift card"]


@step
def pack(lines: list[str]) -> str:
    return ", ".join(lines)


@workflow
def fulfil(sku: str) -> str:
    return pack(with_gift(sku))
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT, Enforcement.REGISTER, Enforcement.REPLAY}),
    check=check,
)
