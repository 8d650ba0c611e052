"""Workflows that the tests of `holdfast.testing` try."""

import asyncio
import os
import time
from dataclasses import dataclass
from datetime import datetime
from time import time as moment

import holdfast
from holdfast import Retry, step, workflow

EFFECTS: list[str] = []


class Proxy:
    """Asks what it stands for as soon as anybody asks it anything, as the `request` of a web framework does."""

    @property
    def __class__(self):
        raise RuntimeError("working outside of a request")

    def __getattr__(self, name):
        raise RuntimeError("working outside of a request")


request = Proxy()


@step(retries=Retry(attempts=3, first=30.0))
def charge(order: str, cents: int) -> str:
    EFFECTS.append(order)
    return f"{order}: {cents}"


@step
async def offer(carrier: str) -> str:
    return f"offer of {carrier}"


@workflow
def checkout(orders: list[str]) -> list[str]:
    receipts = [charge(order, 100) for order in orders]
    holdfast.sleep(86_400)
    return receipts


@workflow
async def tender(carriers: list[str]) -> list[str]:
    return await asyncio.gather(*[offer(carrier) for carrier in carriers])


@workflow
async def first_come(carriers: list[str]) -> list[str]:
    found: list[str] = []

    async def ask(carrier: str) -> None:
        found.append(await offer(carrier))

    await asyncio.gather(*[ask(carrier) for carrier in carriers])
    return found


@workflow
def dated(order: str) -> str:
    return charge(f"{order}/{int(moment())}", 1)


@workflow
def described(order: str) -> str:
    return charge(f"{order}/{datetime.now():%Y}/{os.getcwd()}", 1)


@workflow(examples=[(1,), (7,)])
def only_odd(number: int) -> str:
    """Reads the clock only for numbers above 5."""
    return charge(str(number if number < 6 else time.time()), 1)


@workflow
def above(number: int) -> str:
    return charge(str(number if number < 1000 else time.time()), 1)


@workflow
def endless(number: int) -> None:
    while True:
        charge(str(number), 1)


@dataclass
class Till:
    name: str

    @workflow
    def close(self, day: str) -> str:
        return charge(f"{self.name}/{day}", 1)


@workflow
def parent(order: str) -> str:
    first = holdfast.start(checkout, [order])
    both = holdfast.gather(lambda: charge(order, 1), first)
    return str(both)


class Opaque:
    def __init__(self, handle: object) -> None:
        self.handle = handle


@workflow
def untyped(order) -> str:  # type: ignore[no-untyped-def]
    return charge(order, 1)
