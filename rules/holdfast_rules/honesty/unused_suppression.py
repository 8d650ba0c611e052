"""DUR902: a suppression comment silences nothing."""

from collections.abc import Iterable, Iterator

from holdfast_rules.facts import Suppression
from holdfast_rules.honesty.suppression_rule import report
from holdfast_rules.rule import Rule, Violation
from holdfast_rules.wording import quote, quote_all


def check_suppressions(suppressions: Iterable[Suppression]) -> Iterator[Violation]:
    """Report each comment of which at least one code silenced nothing."""
    for suppression in suppressions:
        idle = [code for code in suppression.codes if not _silenced(code, suppression)]
        if idle:
            yield report(
                suppression,
                message=f"{quote_all(idle)} {'silences' if len(idle) == 1 else 'silence'} nothing here",
                help="remove the comment" if len(idle) == len(suppression.codes) else f"remove {quote_all(idle)}",
                symbol=",".join(idle),
            )
        elif not suppression.codes and not suppression.used:
            yield report(
                suppression,
                message=f"this {quote('ignore')} silences nothing",
                help="remove the comment",
                symbol="ignore",
            )


def _silenced(code: str, suppression: Suppression) -> bool:
    """Tell whether a code, or a prefix of codes, silenced a finding."""
    return any(used.startswith(code) for used in suppression.used)


RULE = Rule(
    code="DUR902",
    name="unused-suppression",
    summary="a suppression comment silences no finding",
    why=(
        "The hazard was removed, or never was on this line. The comment stays behind, and hides the next hazard that "
        "someone puts there."
    ),
    remedy="Remove the comment, or the code in it that silences nothing.",
    bad=(
        """\
import holdfast
from holdfast import step, workflow


@step
def charge(order: str, at: str) -> str:
    return f"{order} charged at {at}"


@workflow
def checkout(order: str) -> str:
    now = holdfast.now()  # holdfast: ignore[DUR101] the clock is only shown
    return charge(order, str(now))
""",
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    return charge(order)  # noqa: DUR301
""",
    ),
    good=(
        """\
import time

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> tuple[str, float]:
    started = time.time()  # holdfast: ignore[DUR101] shown to people, never compared
    return charge(order), started
""",
        """\
from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> str:
    receipt = charge(order)
    print(receipt)  # noqa: DUR310
    return receipt
""",
    ),
    check_suppressions=check_suppressions,
)
