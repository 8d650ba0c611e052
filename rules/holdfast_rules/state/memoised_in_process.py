"""DUR406: workflow code depends on a cache or a context variable of the process."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import ContextVariableSet, Memoised, UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import advice, quote

_HELP = "call it uncached, or cache inside a step"


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report caches (warnings: what they keep may be right) and context variables (errors: their setter is gone).

    What the workflow sets itself, a replay sets again; where an engine can set variables for each replay, it may have done so.
    """
    for fact in unit.of(Memoised):
        variable = "contextvar" in f"{fact.name} {fact.how}".lower()
        if variable and _is_set(unit, fact):
            continue
        cached = advice(unit, Effect.MEMOISED, _HELP)
        yield Violation.of(
            fact,
            message=_variable(fact) if variable else _cache(fact),
            help="pass the value in as an argument of the workflow" if variable else cached,
            severity=Severity.ERROR if variable and not unit.profile.sets_context else Severity.WARNING,
            symbol=fact.name,
        )
    for use in hazard_uses(unit, Effect.MEMOISED):
        yield report(
            unit, use, does="keeps values in the process", replay="a replay elsewhere starts without them", help=_HELP
        )


def _is_set(unit: UnitFacts, fact: Memoised) -> bool:
    """Tell whether the workflow itself sets the variable: in another function of it, or before in the same one."""
    return any(
        done.variable == fact.variable and (done.function != fact.function or done.at.line < fact.at.line)
        for done in unit.of(ContextVariableSet)
    )


def _variable(fact: Memoised) -> str:
    shown = fact.name if fact.how.isidentifier() else fact.how
    return f"{quote(shown)} uses a context variable; a replay starts without what the caller set"


def _cache(fact: Memoised) -> str:
    if fact.how.isidentifier():
        return f"{quote(fact.name)} is kept in the process by {quote(fact.how)}; a replay elsewhere starts without it"
    return f"{quote(fact.how)} ({quote(fact.name)}) keeps values in the process; a replay elsewhere starts without them"


RULE = Rule(
    code="DUR406",
    name="memoised-in-process",
    summary="workflow code uses a cache (`lru_cache`, `cached_property`) or a `ContextVar` that carries values between runs",
    why=(
        "A cache remembers what earlier runs computed: the first run starts a step to fill it, the second does not, "
        "and a replay in a new process starts it once more. A context variable holds what the caller set, and on "
        "recovery there is no such caller."
    ),
    remedy="Pass values in as arguments, compute them anew, or cache inside a step, whose result is recorded.",
    bad=(
        """\
from functools import lru_cache

from holdfast import step, workflow


@step
def fetch_rate(currency: str) -> int:
    return len(currency)


@lru_cache
def rate(currency: str) -> int:
    return fetch_rate(currency)


@workflow
def checkout(order: str, currency: str) -> int:
    return rate(currency)
""",
        """\
from contextvars import ContextVar

from holdfast import step, workflow

TENANT: ContextVar[str] = ContextVar("TENANT", default="main")


@step
def charge(order: str, tenant: str) -> str:
    return f"{order} charged for {tenant}"


@workflow
def checkout(order: str) -> str:
    return charge(order, TENANT.get())
""",
        """\
from functools import cached_property

from holdfast import step, workflow


@step
def fetch_prices(shop: str) -> dict[str, int]:
    return {shop: 100}


class Shop:
    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def prices(self) -> dict[str, int]:
        return fetch_prices(self.name)


SHOP = Shop("main")


@workflow
def quote(sku: str) -> dict[str, int]:
    return SHOP.prices
""",
    ),
    good=(
        """\
from functools import lru_cache

from holdfast import step, workflow


@lru_cache
def cents(price: str) -> int:
    return int(price.replace(".", ""))


@step
def charge(amount: int) -> str:
    return f"charged {amount}"


@workflow
def checkout(price: str) -> str:
    return charge(cents(price))
""",
        """\
from functools import lru_cache

from holdfast import step, workflow


@lru_cache
def parse(text: str) -> int:
    return int(text)


@step
def fetch_rate(currency: str) -> int:
    return parse("100")


@workflow
def checkout(order: str, currency: str) -> int:
    return fetch_rate(currency)
""",
        """\
from contextvars import ContextVar

from holdfast import step, workflow

TENANT: ContextVar[str] = ContextVar("TENANT", default="main")


@step
def charge(order: str, tenant: str) -> str:
    return f"{order} charged for {tenant}"


@workflow
def checkout(order: str, tenant: str) -> str:
    return charge(order, tenant)


def handle(order: str) -> str:
    return checkout(order, TENANT.get())
""",
        """\
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from holdfast import step, workflow

TENANT: ContextVar[str] = ContextVar("TENANT")


@contextmanager
def of_tenant(name: str) -> Iterator[None]:
    token = TENANT.set(name)
    try:
        yield
    finally:
        TENANT.reset(token)


@step
def charge(order: str, tenant: str) -> str:
    return f"{order} charged for {tenant}"


@workflow
def checkout(order: str, tenant: str) -> str:
    with of_tenant(tenant):
        return charge(order, TENANT.get())
""",
    ),
    enforced_by=frozenset({Enforcement.REPLAY}),
    check=check,
)
