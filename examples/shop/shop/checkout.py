"""The clean workflow: take an order, charge it, send it. It can be killed at any line and goes on where it was."""

import holdfast
from holdfast import Retry, step, workflow
from shop.bench import work_on
from shop.pricing import Line, total


@step
def reserve(sku: str, pieces: int) -> str:
    """Set goods aside."""
    return work_on("reserve", f"{pieces} x {sku} set aside")


@step(retries=Retry(attempts=3, first=0.1, on=(TimeoutError,)))
def charge(order: str, cents: int, receipt: str) -> str:
    """Charge the customer; `receipt` lets the bank tell a second try from a second purchase."""
    return work_on("charge", f"{cents / 100:.2f} charged for {order}, receipt {receipt[:8]}")


@step
def pack(order: str, before: str) -> str:
    """Hand the parcel to the warehouse."""
    return work_on("pack", f"{order} packed, to be sent before {before}")


@step
def notify(order: str, message: str) -> str:
    """Write to the customer."""
    return work_on("notify", f"customer of {order} told: {message}")


@workflow(examples=[("o-1", [Line(sku="tea", pieces=2, cents=450)])])
def checkout(order: str, lines: list[Line]) -> str:
    """Take an order through the shop; every step is done once, whatever happens to the process."""
    for line in lines:
        reserve(line.sku, line.pieces)
    receipt = charge(order, total(lines), str(holdfast.uuid4()))
    holdfast.logger.info("%s is paid", order)
    pack(order, f"{holdfast.now():%Y-%m-%d} 18:00")
    holdfast.sleep(0.2)
    notify(order, "your tea is on its way")
    return receipt
