"""The workflows that the crash tests run. Each effect is a line in a ledger file, outside of every database.

A step draws a fresh token each time it runs and hands it on, so that two runs of one step can be told apart: whoever is
given a token that was never checkpointed, or another one than before, shows it in the ledger.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from typing import Any

import holdfast

BOOKED = "CREATE TABLE booked (workflow text NOT NULL, slot text NOT NULL)"
ledger = os.environ.get("HOLDFAST_TEST_LEDGER", os.devnull)
"""The file that effects are entered in."""
_PACE = float(os.environ.get("HOLDFAST_TEST_PACE", "0.005"))


def enter(*words: str) -> None:
    """Append one line to the ledger; a write of this size to a file opened so is whole or absent."""
    file = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(file, (" ".join(words) + "\n").encode())
    finally:
        os.close(file)


@holdfast.step
def act(order: str, place: str, given: str) -> str:
    """One effect: where in which order, the token that came before, and the new one."""
    token = secrets.token_hex(6)
    enter(order, place, given, token)
    time.sleep(_PACE)
    return token


@holdfast.step
async def act_async(order: str, place: str, given: str) -> str:
    """The same in async code."""
    token = secrets.token_hex(6)
    enter(order, place, given, token)
    await asyncio.sleep(_PACE)
    return token


@holdfast.transaction
def book(tx: Any, order: str, slot: str) -> int:
    """Insert a row that nothing but the transaction keeps from being there twice."""
    mark = "?" if type(tx).__module__.startswith("sqlite3") else "%s"
    tx.execute(f"INSERT INTO booked VALUES ({mark}, {mark})", (order, slot))
    return int(tx.execute(f"SELECT count(*) FROM booked WHERE workflow = {mark}", (order,)).fetchone()[0])


@holdfast.workflow
def invoice(order: str, given: str) -> str:
    """A child workflow."""
    first = act(order, "invoice-1", given)
    book(order, "invoice")
    return act(order, "invoice-2", first)


@holdfast.workflow
def order(name: str) -> list[str]:
    """Steps, transactions, a timer and a child, one after the other."""
    tokens = [act(name, "reserve", "-")]
    booked = [book(name, "first")]
    tokens.append(act(name, "pack", tokens[-1]))
    holdfast.sleep(0.02)
    tokens.append(invoice(name, tokens[-1]))
    booked.append(book(name, "second"))
    tokens.append(act(name, "ship", tokens[-1]))
    return [*tokens, *map(str, booked)]


async def branch(name: str, place: str, given: str) -> str:
    """Two steps in a row, in a branch of its own."""
    first = await act_async(name, f"{place}-1", given)
    return await act_async(name, f"{place}-2", first)


@holdfast.workflow
async def async_order(name: str) -> list[str]:
    """Concurrent branches of two steps each between two steps."""
    first = await act_async(name, "reserve", "-")
    left, right = await asyncio.gather(branch(name, "left", first), branch(name, "right", first))
    last = await act_async(name, "ship", f"{left}+{right}")
    return [first, left, right, last]
