"""DUR309: workflow code ends its process or handles signals."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation

_EXITS = ("sys.exit", "os._exit", "os.abort", "builtins.exit", "builtins.quit")


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report exits, signals and exit handlers."""
    for use in hazard_uses(unit, Effect.SIGNAL):
        exits = use.name in _EXITS
        yield report(
            unit,
            use,
            does="ends the process" if exits else "acts on the whole process",
            replay="a replay ends the next one, too" if exits else "a replay does it again",
            help="raise an error or return" if exits else "do it where the process starts",
            severity=Severity.ERROR,
            same_for_all_engines=True,
        )


RULE = Rule(
    code="DUR309",
    name="signal-or-exit",
    summary="workflow code exits the process, sends or handles signals, or registers exit handlers",
    why=(
        "One process runs many workflows. Exiting stops all of them; the engine takes it for a crash, resumes the "
        "workflow elsewhere, and it exits that process as well. Signal and exit handlers pile up with each replay."
    ),
    remedy="Raise an error or return to end a workflow. Install handlers where the process starts.",
    bad=(
        """\
import signal

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    signal.alarm(30)
    return charge(order)
""",
        """\
import atexit

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


def farewell() -> None:
    return None


class Session:
    def __init__(self, order: str) -> None:
        self.order = order
        atexit.register(farewell)


@workflow
def checkout(order: str) -> str:
    session = Session(order)
    return charge(session.order)
""",
        """\
import sys

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


def validate(order: str) -> None:
    if not order:
        sys.exit(2)


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    validate(order)
    return receipt
""",
    ),
    good=(
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


def validate(order: str) -> None:
    if not order:
        raise ValueError("an order needs an id")


@workflow
def checkout(order: str) -> str:
    validate(order)
    return charge(order)
""",
        """\
import signal
import sys

import holdfast
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    return charge(order)


def main() -> None:
    signal.alarm(30)
    with holdfast.Engine("sqlite:///shop.db") as engine:
        engine.run(checkout, "o-1")
    sys.exit(0)
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
)
