import asyncio, json, uuid, random, time, logging
from collections import defaultdict, Counter, deque
from dataclasses import dataclass, field, replace
from typing import Any
from dbos import DBOS, Queue

queue = Queue("q")


@dataclass
class State:
    done: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    total: int = 0


@DBOS.step()
async def fetch(x: str) -> str:
    return x + str(time.time())


@DBOS.step()
async def save(x: Any) -> None: ...


@DBOS.workflow()
async def keyed(xs: list[str]) -> dict[str, str]:
    s = State()

    async def one(x: str) -> None:
        s.done[x] = await fetch(x)
        s.total += 1

    await asyncio.gather(*(one(x) for x in xs))
    for x in xs:
        await save(s.done[x])
    return {x: s.done[x] for x in sorted(s.done)}


@DBOS.workflow()
async def indexed(xs: list[str]) -> list[str]:
    out: list[str] = [""] * len(xs)

    async def one(i: int, x: str) -> None:
        out[i] = await fetch(x)

    await asyncio.gather(*[one(i, x) for i, x in enumerate(xs)])
    return out


@DBOS.workflow()
async def flagged(xs: list[str]) -> bool:
    failed = False

    async def one(x: str) -> None:
        nonlocal failed
        if (await fetch(x)) == "":
            failed = True

    await asyncio.gather(*[one(x) for x in xs])
    if failed:
        await save("failed")
    return failed


@DBOS.workflow()
async def any_error(xs: list[str]) -> str:
    errors: list[str] = []

    async def one(x: str) -> None:
        try:
            await fetch(x)
        except ValueError as e:
            errors.append(x)

    await asyncio.gather(*[one(x) for x in xs])
    if errors:
        await save(len(errors))
    return "bad" if errors else "good"


@DBOS.workflow()
async def grouped(xs: list[str]) -> dict[str, int]:
    seen: set[str] = set()

    async def one(x: str) -> None:
        seen.add(await fetch(x))

    await asyncio.gather(*[one(x) for x in xs])
    return {"n": len(seen), "all": sorted(seen)}


@DBOS.workflow()
async def counted(xs: list[str]) -> dict[str, int]:
    counts: Counter[str] = Counter()

    async def one(x: str) -> None:
        counts[await fetch(x)] += 1

    await asyncio.gather(*[one(x) for x in xs])
    return dict(counts)


@DBOS.workflow()
async def sorted_by_key(xs: list[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    async def one(i: int, x: str) -> None:
        rows.append({"i": i, "v": await fetch(x)})

    await asyncio.gather(*[one(i, x) for i, x in enumerate(xs)])
    rows.sort(key=lambda r: r["i"])
    return rows


@DBOS.workflow()
async def progress(xs: list[str]) -> None:
    log = logging.getLogger()
    done: list[str] = []
    for x in xs:
        done.append(await fetch(x))
    await save(done)


class Runner:
    def __init__(self) -> None:
        self.results: dict[str, str] = {}

    async def one(self, x: str) -> None:
        self.results[x] = await fetch(x)

    async def all(self, xs: list[str]) -> dict[str, str]:
        await asyncio.gather(*[self.one(x) for x in xs])
        return self.results


@DBOS.workflow()
async def by_object(xs: list[str]) -> dict[str, str]:
    return await Runner().all(xs)


@DBOS.workflow()
async def one_task(xs: list[str]) -> list[str]:
    out: list[str] = []

    async def produce() -> None:
        for x in xs:
            out.append(await fetch(x))

    task = asyncio.create_task(produce())
    await task
    return out


@DBOS.workflow()
async def own_of_each(xs: list[str]) -> list[list[str]]:
    async def one(x: str) -> list[str]:
        history = [x]

        async def more() -> None:
            history.append(await fetch(x))

        await more()
        return history

    return list(await asyncio.gather(*[one(x) for x in xs]))


@DBOS.workflow()
async def memo(xs: list[str]) -> list[str]:
    cache: dict[str, str] = {}

    async def one(x: str) -> str:
        if x not in cache:
            cache[x] = await fetch(x)
        return cache[x]

    return await asyncio.gather(*[one(x) for x in xs])


def note(acc: list[str], x: str) -> None:
    acc.append(x)


@DBOS.workflow()
def sync_helper(xs: list[str]) -> list[str]:
    acc: list[str] = []
    other: list[str] = []
    for x in sorted(set(xs)):
        note(acc, x)
    for x in set(xs):
        note(other, x)
    if len(other) > 3:
        DBOS.sleep(1)
    return acc


@DBOS.workflow()
def sets_in_dict(xs: list[str]) -> bool:
    groups: dict[str, set[str]] = defaultdict(set)
    for x in xs:
        groups[x[0]].add(x)
    return all("a" in g for g in groups.values())
