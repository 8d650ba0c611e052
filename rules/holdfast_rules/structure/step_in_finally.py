"""DUR504: a durable operation stands where code cleans up."""

from collections.abc import Iterator

from holdfast_rules.facts import StepInCleanup, UnitFacts
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation
from holdfast_rules.wording import quote


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report durable operations in clean-up code."""
    for fact in unit.of(StepInCleanup):
        yield Violation.of(
            fact,
            message=(
                f"{quote(fact.operation)} runs as clean-up ({fact.where if '`' in fact.where else quote(fact.where)}); "
                "so it also runs on suspension and cancellation"
            ),
            help="undo in `except Exception`, and raise again; run what always follows after the block",
            severity=Severity.ERROR,
            symbol=fact.operation,
        )


RULE = Rule(
    code="DUR504",
    name="step-in-finally",
    summary="a durable operation stands in `finally`, `__del__`, a generator's clean-up or a `with` exit",
    why=(
        "Clean-up code runs whenever the frame is left, so also when the engine suspends the workflow for a long wait, "
        "cancels it, or drops it from memory. The operation then starts at a moment that no replay repeats."
    ),
    remedy="Undo in `except Exception:` with a `raise` after it, and put what always follows behind the `try` block.",
    bad=(
        """\
from holdfast import step, workflow


@step
def reserve(sku: str) -> str:
    return f"reserved {sku}"


@step
def release(sku: str) -> str:
    return f"released {sku}"


@workflow
def fulfil(sku: str) -> str:
    try:
        return reserve(sku)
    finally:
        release(sku)
""",
        """\
from types import TracebackType

from holdfast import step, workflow


@step
def reserve(sku: str) -> str:
    return f"reserved {sku}"


@step
def release(sku: str) -> str:
    return f"released {sku}"


class Reservation:
    def __init__(self, sku: str) -> None:
        self.sku = sku

    def __enter__(self) -> str:
        return reserve(self.sku)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        release(self.sku)


@workflow
def fulfil(sku: str) -> str:
    with Reservation(sku) as reserved:
        return reserved
""",
        """\
from collections.abc import Iterator
from contextlib import contextmanager

from holdfast import step, workflow


@step
def reserve(sku: str) -> str:
    return f"reserved {sku}"


@step
def release(sku: str) -> str:
    return f"released {sku}"


@contextmanager
def reservation(sku: str) -> Iterator[str]:
    try:
        yield reserve(sku)
    finally:
        release(sku)


@workflow
def fulfil(sku: str) -> str:
    with reservation(sku) as reserved:
        return reserved
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@step
def reserve(sku: str) -> str:
    return f"reserved {sku}"


@step
def release(sku: str) -> str:
    return f"released {sku}"


@workflow
def fulfil(sku: str) -> str:
    try:
        reserved = reserve(sku)
    except Exception:
        release(sku)
        raise
    return reserved
""",
        """\
from holdfast import step, workflow


@step
def reserve(sku: str) -> str:
    return f"reserved {sku}"


@workflow
def fulfil(skus: list[str]) -> list[str]:
    reserved: list[str] = []
    left = len(skus)
    try:
        for sku in skus:
            reserved.append(reserve(sku))
    finally:
        left -= len(reserved)
    return [*reserved, f"{left} left"]
""",
        """\
from holdfast import step, workflow


def release(sku: str) -> str:
    return f"released {sku}"


@step
def reserve(sku: str) -> str:
    try:
        return f"reserved {sku}"
    finally:
        release(sku)


@workflow
def fulfil(sku: str) -> str:
    return reserve(sku)
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
)
