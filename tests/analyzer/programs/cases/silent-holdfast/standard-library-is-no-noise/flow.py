import asyncio
import collections
import contextlib
import dataclasses
import decimal
import functools
import itertools
import json
import re
import textwrap
from pathlib import PurePath

from holdfast import workflow


@dataclasses.dataclass(frozen=True, order=True)
class Line:
    name: str
    cents: int = 0
    tags: list[str] = dataclasses.field(default_factory=list)


@functools.total_ordering
class Price:
    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Price) and self.cents == other.cents

    def __lt__(self, other: "Price") -> bool:
        return self.cents < other.cents


@workflow
async def checkout(order: str) -> str:
    lines = sorted([Line("b"), Line("a", 3)])
    counts = collections.Counter(line.name for line in lines)
    total = functools.reduce(lambda a, b: a + b.cents, lines, 0)
    with contextlib.suppress(KeyError):
        counts["x"] += 1
    pairs = list(itertools.pairwise(lines))
    text = re.sub(r"\s+", " ", textwrap.dedent(order))
    number = decimal.Decimal("1.10").quantize(decimal.Decimal("0.1"))
    lock = asyncio.Lock()
    async with lock:
        text += json.dumps(dataclasses.asdict(lines[0]), sort_keys=True)
    return f"{text} {total} {pairs} {number} {PurePath('a') / 'b'} {max(Price(1), Price(2)).cents}"
