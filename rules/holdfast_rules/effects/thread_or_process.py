"""DUR308: workflow code runs work beside itself."""

from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import UnitFacts
from holdfast_rules.hazard_rule import hazard_uses, report
from holdfast_rules.rule import Enforcement, Rule, Severity, Violation


def check(unit: UnitFacts) -> Iterator[Violation]:
    """Report each thread, pool or process that workflow code makes."""
    for use in hazard_uses(unit, Effect.THREAD):
        yield report(
            unit,
            use,
            does="runs code beside the workflow",
            replay="a replay interleaves it differently",
            subject="its result",
            help="start steps or child workflows concurrently through the engine",
            severity=Severity.ERROR,
        )


RULE = Rule(
    code="DUR308",
    name="thread-or-process",
    summary="workflow code makes threads, executors or processes, or hands work to them",
    why=(
        "The engine does not see what runs in a thread of your own: steps started there belong to no workflow, and "
        "how the threads interleave is another way on every replay. A lock or queue shared with them adds to that."
    ),
    remedy="Let the engine run things at once: gather steps, or start child workflows. A step may use threads inside.",
    bad=(
        """\
from threading import Thread

from holdfast import step, workflow


@step
def charge(order: str) -> str:
    return f"charged {order}"


def warm_up(order: str) -> None:
    order.upper()


@workflow
def checkout(order: str) -> str:
    Thread(target=warm_up, args=(order,)).start()
    return charge(order)
""",
        """\
import asyncio

from holdfast import step, workflow


@step
async def send(text: str) -> str:
    return text


def render(order: str) -> str:
    return f"invoice for {order}"


@workflow
async def invoice(order: str) -> str:
    text = await asyncio.to_thread(render, order)
    return await send(text)
""",
        """\
from concurrent.futures import ThreadPoolExecutor

from holdfast import step, workflow


@step
def charge(total: int) -> str:
    return f"charged {total}"


def price(sku: str) -> int:
    return len(sku)


@workflow
def checkout(skus: list[str]) -> str:
    with ThreadPoolExecutor(max_workers=4) as pool:
        total = sum(pool.map(price, skus))
    return charge(total)
""",
    ),
    good=(
        """\
from concurrent.futures import ThreadPoolExecutor

from holdfast import step, workflow


def price(sku: str) -> int:
    return len(sku)


@step
def total(skus: list[str]) -> int:
    with ThreadPoolExecutor(max_workers=4) as pool:
        return sum(pool.map(price, skus))


@workflow
def checkout(skus: list[str]) -> int:
    return total(skus)
""",
        """\
import asyncio

from holdfast import step, workflow


@step
async def price(sku: str) -> int:
    return len(sku)


@workflow
async def checkout(first: str, second: str) -> int:
    prices = await asyncio.gather(price(first), price(second))
    return prices[0] + prices[1]
""",
        """\
from dataclasses import dataclass

from holdfast import step, workflow


@dataclass
class Thread:
    subject: str

    def start(self) -> str:
        return f"Re: {self.subject}"


@step
def send(subject: str) -> str:
    return f"sent {subject}"


@workflow
def answer(subject: str) -> str:
    return send(Thread(subject).start())
""",
    ),
    enforced_by=frozenset({Enforcement.INTERCEPT}),
    check=check,
)
