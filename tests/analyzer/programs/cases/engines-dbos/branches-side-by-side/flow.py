import asyncio
from dataclasses import dataclass, field
from dbos import DBOS


@DBOS.step()
async def fetch(x: str) -> str:
    return x


def save(rows: list[str], row: str) -> None:
    rows.append(row)  # finds DUR203


async def worker(x: str, rows: list[str]) -> None:
    save(rows, await fetch(x))


@DBOS.workflow()
async def deep(xs: list[str]) -> list[str]:
    first: list[str] = []
    await worker("a", first)
    second: list[str] = []
    await asyncio.gather(*(worker(x, second) for x in xs))
    return second


class Collector:
    def __init__(self) -> None:
        self.rows: list[str] = []
        self.status = ""

    async def one(self, x: str) -> None:
        self.rows.append(await fetch(x))  # finds DUR203
        self.status = x


@DBOS.workflow()
async def through_object(xs: list[str]) -> list[str]:
    c = Collector()
    tasks = [asyncio.create_task(c.one(x)) for x in xs]
    for t in tasks:
        await t
    return c.rows


@DBOS.workflow()
async def batches(xs: list[str]) -> list[str]:
    out = []

    async def one(x: str) -> None:
        out.append(await fetch(x))

    for x in xs:
        await asyncio.gather(one(x))
    return out


@DBOS.workflow()
async def only_len(xs: list[str]) -> int:
    out = []

    async def one(x: str) -> None:
        out.append(await fetch(x))

    await asyncio.gather(*[one(x) for x in xs])
    return len(out)


class Item:
    def __init__(self, name: str) -> None:
        self.name = name
        self.log: list[str] = []


async def process(item: Item) -> Item:
    item.log.append(await fetch(item.name))
    return item


@DBOS.workflow()
async def own_items(xs: list[str]) -> list[list[str]]:
    items = await asyncio.gather(*[process(Item(x)) for x in xs])
    return [i.log for i in items]


@DBOS.workflow()
async def given_items(xs: list[Item]) -> list[list[str]]:
    made = [Item("a"), Item("b")]
    await asyncio.gather(*[process(x) for x in made])
    await asyncio.gather(*[process(x) for x in xs])
    return [i.log for i in made] + [i.log for i in xs]


@DBOS.workflow()
async def of_two_constants() -> str:
    first = ""

    async def left() -> None:
        nonlocal first
        await fetch("left")
        first = "left"

    async def right() -> None:
        nonlocal first
        await fetch("right")
        first = "right"  # finds DUR203

    await asyncio.gather(left(), right())
    return first


@dataclass
class Row:
    name: str
    tags: list[str] = field(default_factory=list)


@DBOS.workflow()
async def with_a_factory(xs: list[str]) -> list[Row]:
    rows: list[Row] = []

    async def one(x: str) -> None:
        rows.append(Row(await fetch(x)))  # finds DUR203

    row = Row("none")
    await asyncio.gather(*[one(x) for x in xs])
    return [row, *rows]
