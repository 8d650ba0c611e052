"""DUR310: workflow code prints or logs, and a replay does so again."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report output that a replay repeats."""
    for use in hazard_uses(unit, Effect.OUTPUT):
        yield report(
            unit,
            use,
            does="writes output",
            replay="every replay writes it once more",
            help="use the engine's replay-aware logger",
            severity=Severity.WARNING,
        )


RULE = Rule(
    code="DUR310",
    name="replayed-output",
    summary="workflow code prints, logs or counts metrics that a replay repeats",
    why=(
        "The code up to the last checkpoint runs again on every replay. Its log lines appear again with new times, so "
        "a log tells of three payments where one was made; counters and spans are counted again."
    ),
    remedy="Use the engine's replay-aware logger, which is silent during replay, or write the line in a step.",
    bad=(
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    print("paid:", receipt)
    return receipt
""",
        """\
import logging

from holdfast import step, workflow

logger = logging.getLogger(__name__)


@step
def charge(order: str) -> str:
    return f"charged {order}"


def tell(receipt: str) -> None:
    logger.info("paid: %s", receipt)


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    tell(receipt)
    return receipt
""",
        """\
import warnings

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    warnings.warn("checkout() gives way to order()", DeprecationWarning, stacklevel=2)
    return charge(order)
""",
    ),
    good=(
        """\
import holdfast
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    holdfast.logger.info("paid: %s", receipt)
    return receipt
""",
        """\
import logging

from holdfast import step, workflow

logger = logging.getLogger(__name__)


@step
def charge(order: str) -> str:
    logger.info("charging %s", order)
    print("charging", order)
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    return charge(order)
""",
        """\
import holdfast
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    if not holdfast.current().replaying:
        print("paid:", receipt)
    return receipt
""",
        """\
from holdfast import step, workflow


class Printer:
    def __init__(self) -> None:
        self.pages: list[str] = []

    def print(self, text: str) -> int:
        self.pages.append(text)
        return len(self.pages)


@step
def charge(order: str, pages: int) -> str:
    return f"charged {order} for {pages} pages"


@workflow
def checkout(order: str) -> str:
    return charge(order, Printer().print(order))
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
    fix="safe: `print` and `logging` become the engine's logger, which is silent on replay",
)
