"""DUR903: a suppression comment does not say why."""

from collections.abc import Iterable, Iterator

from holdfast_rules.facts import Suppression
from holdfast_rules.honesty.suppression_rule import report
from holdfast_rules.rule import Rule, Violation
from holdfast_rules.wording import quote_all


def check_suppressions(suppressions: Iterable[Suppression]) -> Iterator[Violation]:
    """Report each comment without a reason."""
    for suppression in suppressions:
        if suppression.reason.strip():
            continue
        yield report(
            suppression,
            message=f"{quote_all(suppression.codes) or 'everything'} is ignored without a reason",
            help="write behind it why a replay cannot go wrong here",
            symbol=",".join(suppression.codes) or "ignore",
        )


RULE = Rule(
    code="DUR903",
    name="suppression-without-reason",
    summary="a suppression comment does not say why",
    why=(
        "Whoever reads the comment next year cannot tell whether the hazard was judged harmless or only in the way. "
        "This rule is off unless it is selected by its own code or name."
    ),
    remedy="Write the reason behind the brackets: `# holdfast: ignore[DUR101] shown to people, never compared`.",
    bad=(
        """\
import time

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


@workflow
def checkout(order: str) -> tuple[str, float]:
    started = time.time()  # holdfast: ignore[DUR101]
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
    print(receipt)  # noqa: DUR310 a demo: the terminal is the product
    return receipt
""",
    ),
    check_suppressions=check_suppressions,
    default=False,
)
