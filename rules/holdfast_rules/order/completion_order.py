"""DUR203: the order in which concurrent work happens to finish matters."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import ConcurrentWrite, UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Violation, severity_of_flow
from holdfast_rules.wording import flow, quote


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report results taken in the order of completion."""
    for use in hazard_uses(unit, Effect.COMPLETION_ORDER):
        yield report(
            unit,
            use,
            does="gives results as they finish",
            replay="a replay may see another order",
            subject="the order",
            help="gather them, or use the engine's own `as_completed`, which records the order",
        )
    for write in unit.of(ConcurrentWrite):
        yield Violation.of(
            write,
            message=(
                f"{quote(write.shown)} runs in branches side by side, in the order in which they finish; a replay may see "
                f"another order{flow(write.reaches, 'what it leaves')}"
            ),
            help="return it from each branch and gather the results, or sort what was collected",
            severity=severity_of_flow(write.reaches),
            symbol=write.shown,
        )


RULE = Rule(
    code="DUR203",
    name="completion-order",
    summary="results are taken in the order in which concurrent work happens to finish",
    why=(
        "Which of two steps finishes first depends on the network that day. On replay both are already recorded and "
        "come at once, so `asyncio.wait`, `as_completed` and done callbacks yield them in another order, and branches that "
        "run side by side append to a list that they share in another order."
    ),
    remedy=(
        "Wait for all of them in the order of the code (`asyncio.gather`), or use the engine's own `as_completed`, "
        "which records the order."
    ),
    bad=(
        """\
import asyncio

from holdfast import step, workflow


@step
async def offer(carrier: str) -> str:
    return f"offer of {carrier}"


@workflow
async def tender(carriers: list[str]) -> list[str]:
    offers = []
    for answer in asyncio.as_completed([offer(carrier) for carrier in carriers]):
        offers.append(await answer)
    return offers
""",
        """\
import asyncio

from holdfast import step, workflow


@step
async def ask(model: str, question: str) -> str:
    return f"{model} on {question}"


@workflow
async def race(question: str) -> int:
    small = asyncio.create_task(ask("small", question))
    large = asyncio.create_task(ask("large", question))
    done, waiting = await asyncio.wait([small, large], return_when=asyncio.FIRST_COMPLETED)
    return len(done)
""",
        """\
import asyncio

from holdfast import step, workflow


@step
async def price(shop: str) -> int:
    return len(shop)


@workflow
async def survey(shops: list[str]) -> list[int]:
    prices: list[int] = []

    async def ask(shop: str) -> None:
        prices.append(await price(shop))

    await asyncio.gather(*[ask(shop) for shop in shops])
    return prices
""",
    ),
    good=(
        """\
import asyncio

from holdfast import step, workflow


@step
async def offer(carrier: str) -> str:
    return f"offer of {carrier}"


@workflow
async def tender(carriers: list[str]) -> list[str]:
    return await asyncio.gather(*[offer(carrier) for carrier in carriers])
""",
        """\
from holdfast import step, workflow


@step
async def ask(model: str, question: str) -> str:
    return f"{model} on {question}"


@workflow
async def cascade(question: str) -> str:
    answer = await ask("small", question)
    if answer.endswith("?"):
        answer = await ask("large", question)
    return answer
""",
        """\
import asyncio

from holdfast import step, workflow


@step
async def price(shop: str) -> int:
    return len(shop)


@workflow
async def survey(shops: list[str]) -> dict[str, int]:
    prices: dict[str, int] = {}

    async def ask(shop: str) -> None:
        prices[shop] = await price(shop)

    await asyncio.gather(*[ask(shop) for shop in shops])
    return {shop: prices[shop] for shop in shops}
""",
    ),
    enforced_by=frozenset({Enforcement.REPLAY}),
    check=check,
)
