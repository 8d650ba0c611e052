"""Workflows whose code changes between their run and their replay."""

from __future__ import annotations

import asyncio
import functools
import time
from pathlib import Path

import holdfast
from holdfast import step, workflow

code = {"version": "recorded"}
ran: list[object] = []


@step
def reserve(sku: str) -> str:
    ran.append(sku)
    return f"reserved {sku}"


@step
def charge(cents: int) -> str:
    ran.append(cents)
    if cents < 0:
        raise ValueError("below zero")
    return f"receipt for {cents}"


@step
async def reserve_later(sku: str) -> str:
    ran.append(sku)
    return f"reserved {sku}"


@step
async def hang(what: str) -> str:
    ran.append(what)
    await asyncio.sleep(3600)
    return what


@workflow
def order(sku: str) -> list[str]:
    """Reserves two, charges, waits; in other versions it does something else."""
    version = code["version"]
    if version == "fewer operations":
        return [reserve(sku)]
    if version == "swallowed":
        try:
            return [reserve("swallowed")]
        except Exception:
            return ["swallowed"]
    first, second = ("spare", sku) if version == "swapped" else (sku, "spare")
    done = [reserve(first), reserve(second)]
    done.append(charge(250 if version == "other arguments" else 100))
    if version == "another operation":
        done.append(reserve("more"))
    if version == "endless":
        while True:
            pass
    holdfast.sleep(7200 if version == "other length" else 3600)
    return done


@workflow
def approved(sku: str) -> str:
    """Tells where it is, takes a message, waits; in other versions under another name."""
    version = code["version"]
    holdfast.set_value("stage" if version == "other key" else "status", "asked")
    answer = holdfast.receive("decision" if version == "other topic" else "answer", type=str)
    holdfast.emit("diary" if version == "other stream" else "log", answer)
    holdfast.sleep(3600)
    return answer


@workflow
def quote(sku: str) -> str:
    """Ends at once."""
    if code["version"] == "another error":
        raise LookupError(sku)
    if code["version"] == "one more":
        reserve("one more")
    if code["version"] == "effect":
        Path("effect").write_text("done")
    if code["version"] == "exit":
        raise SystemExit(3)
    if code["version"] == "asks":
        return input("which? ")
    print("quoting", sku)
    return reserve(sku) + (" today" if code["version"] == "another result" else "")


@workflow
def refuse(cents: int) -> None:
    charge(cents)


@workflow
def nothing_recorded(word: str) -> str:
    return word


def line(name: str, hold: bool) -> list[str]:
    found = [reserve(f"{name}1")]
    if hold:
        holdfast.sleep(3600)
    while code["version"] == f"endless {name}":
        pass
    if code["version"] in (f"line {name}", "every line"):
        return [*found, reserve("other")]
    return [*found, reserve(f"{name}2")]


@workflow
def lines() -> list[list[str]]:
    """Three lines of code on threads: the first waits, the others have ended."""
    return holdfast.gather(*(functools.partial(line, name, name == "a") for name in ("a", "b", "c")))


@workflow
def lines_in_turn() -> list[list[str]]:
    """The same, taken as they end."""
    done = []
    for _, found in holdfast.as_completed(*(functools.partial(line, name, name == "a") for name in ("a", "b", "c"))):
        done.append(found)
        if code["version"] == "line main":
            reserve("between")
    return done


async def line_later(name: str, hold: bool) -> list[str]:
    found = [await reserve_later(f"{name}1")]
    if hold:
        await holdfast.aio.sleep(3600)
    if code["version"] in (f"line {name}", "every line"):
        return [*found, await reserve_later("other")]
    return [*found, await reserve_later(f"{name}2")]


@workflow
async def lines_later() -> list[list[str]]:
    """The same in tasks."""
    return await asyncio.gather(*(line_later(name, name == "a") for name in ("a", "b", "c")))


@workflow
async def impatient() -> str:
    """Gives a step up after a while."""
    if code["version"] == "patient":
        return await hang("patience")
    try:
        async with asyncio.timeout(0.05 if code["version"] == "recorded" else 86_400):
            return await hang("patience")
    except TimeoutError:
        return await reserve_later("late")


@workflow
def counting(numbers: list[int]) -> int:
    time.sleep(0.001 * numbers[0])
    return len(reserve(str(numbers)))
