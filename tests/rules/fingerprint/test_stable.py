"""The same code has the same fingerprint in every release of Python: these values were recorded once.

They change only together with `holdfast_rules.fingerprint.unit.FORMAT`, for they are versions of workflows in flight.
"""

from collections.abc import Callable

from holdfast_rules.fingerprint import Fingerprint

Fingerprinted = Callable[..., Fingerprint]

SYNTAX = """
from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Literal

from holdfast import step, workflow

BIG = 10**30 + 1_000_000_000_000_000_000_000
FLOATS = (0.1, 1e300, -0.0, 1j, float("inf"))
TEXT = "caf\\u00e9 \\U0001f600 \\ud800" "naïve ☃ \\x00"
BYTES = b"\\x00\\xff" rb"\\n"


@dataclass(frozen=True)
class Point:
    x: int
    y: "list[int]" = field(default_factory=list)
    kind: Literal["a", "b"] = "a"
    size: Annotated["int", "cm"] = 3


@step
async def fetch(n: int) -> Point: ...


def every(a, /, b=1, *args: int, c, d=2, **kwargs: str):
    global BIG
    with open(a) as f, open(b):
        pass
    for i, (j, *k) in zip(a, b):
        if i < j <= 3 and not k or (m := i):
            continue
        elif i is None:
            break
    else:
        del a, (b)
    while True:
        try:
            raise ValueError from None
        except (TypeError, ValueError) as error:
            assert error, f"{error!r:>{len(args)}} {a=} {{}} {b:%Y-%m-%d} {'nested'}" "tail"
        finally:
            pass
    return {**kwargs, "k": [*args]}, {x for x in a}, {x: y for x, y in b if x if y}, a[1:2, ..., ::3]

def matched(value):
    match value:
        case 1 | "two" | None | -3.5:
            return 1
        case [first, *rest] if rest:
            return first
        case {"key": found, **others}:
            return found, others
        case Point(x=0, y=[]) as origin:
            return origin
        case _:
            return lambda q, *w, e=1: (yield q)


async def gathered(n):
    async with asyncio.timeout(1) as scope:
        async for part in n:
            await part
    return [await fetch(m) async for m in n], scope


def grouped():
    try:
        pass
    except* ValueError as group:
        nonlocal_ = group
    return nonlocal_


@workflow
async def wf(n: int, *rest: "Point") -> tuple[int, ...]:
    return every(n, c=BIG), matched(FLOATS), await gathered(TEXT), BYTES, await fetch(n), grouped()
"""

RECORDED = "458082b3680a194842732c45"
PARTS = {
    "app:BIG": "c25c2648",
    "app:BYTES": "e3eefe29",
    "app:FLOATS": "1774fa5a",
    "app:Point": "345ccb8c",
    "app:TEXT": "4caf9152",
    "app:every": "bc40ffa4",
    "app:gathered": "12fa8198",
    "app:grouped": "6e0c8e47",
    "app:matched": "e9cc8555",
    "app:wf": "88cdc503",
}


def test_every_construct_has_the_fingerprint_that_was_recorded(fingerprint: Fingerprinted) -> None:
    found = fingerprint({"app.py": SYNTAX})
    assert found.parts == PARTS
    assert found.digest == RECORDED
