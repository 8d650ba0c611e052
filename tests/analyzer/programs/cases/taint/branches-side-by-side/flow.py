import asyncio
import holdfast
from holdfast import step, workflow


@step
async def fetch(x: str) -> str:
    return x


@step
async def send(x: str) -> None: ...


async def worker(x: str, out: list[str]) -> None:
    out.append(await fetch(x))  # finds DUR203


@workflow
async def in_order_of_completion(xs: list[str]) -> list[str]:
    out: list[str] = []
    await asyncio.gather(*[worker(x, out) for x in xs])
    return out


@workflow
async def sorted_in_the_end(xs: list[str]) -> list[str]:
    out: list[str] = []
    await asyncio.gather(*[worker(x, out) for x in xs])
    return sorted(out)


@workflow
async def in_a_task_group(xs: list[str]) -> list[str]:
    out: list[str] = []

    async def one(x: str) -> None:
        r = await fetch(x)
        out.append(r)  # finds DUR203

    async with asyncio.TaskGroup() as tg:
        for x in xs:
            tg.create_task(one(x))
    return out


@workflow
async def under_keys_of_their_own(xs: list[str]) -> dict[str, str]:
    out: dict[str, str] = {}

    async def one(x: str) -> None:
        out[x] = await fetch(x)

    await holdfast.gather(*[one(x) for x in xs])
    return out


@workflow
async def in_the_order_of_the_keys(xs: list[str]) -> None:
    out: dict[str, str] = {}

    async def one(x: str) -> None:
        out[x] = await fetch(x)  # finds DUR203

    await asyncio.gather(*[one(x) for x in xs])
    for k, v in out.items():
        await send(v)


@workflow
async def counted(xs: list[str]) -> int:
    n = 0
    last = ""

    async def one(x: str) -> None:
        nonlocal n, last
        last = await fetch(x)
        n += 1

    tasks = []
    for x in xs:
        tasks.append(asyncio.create_task(one(x)))
    await asyncio.gather(*tasks)
    return n


@workflow
async def the_last_one(xs: list[str]) -> str:
    last = ""

    async def one(x: str) -> None:
        nonlocal last
        last = await fetch(x)  # finds DUR203

    tasks = [one(x) for x in xs]
    await asyncio.gather(*tasks)
    return last


@workflow
async def lists_of_their_own(xs: list[str]) -> list[list[str]]:
    async def one(x: str) -> list[str]:
        mine: list[str] = []
        mine.append(await fetch(x))
        return mine

    return await asyncio.gather(*[one(x) for x in xs])


@workflow
async def before_anything_is_awaited(xs: list[str]) -> list[str]:
    out: list[str] = []

    async def one(x: str) -> None:
        out.append(x)
        await fetch(x)

    await asyncio.gather(*[one(x) for x in xs])
    return out


@workflow
async def a_list_for_each() -> list[str]:
    a: list[str] = []
    b: list[str] = []

    async def one(x: str, out: list[str]) -> None:
        out.append(await fetch(x))
        out.append(await fetch(x))

    await asyncio.gather(one("a", a), one("b", b))
    return a + b


@workflow
async def two_of_one_kind() -> list[str]:
    a: list[str] = []

    async def one(x: str) -> None:
        a.append(await fetch(x))  # finds DUR203

    await asyncio.gather(one("a"), one("b"))
    return a


@workflow
async def keys_that_differ() -> dict[str, str]:
    out: dict[str, str] = {}

    async def one() -> None:
        out["a"] = await fetch("a")

    async def two() -> None:
        out["b"] = await fetch("b")

    await asyncio.gather(one(), two())
    return out


@workflow
async def one_after_the_other(xs: list[str]) -> list[str]:
    out: list[str] = []
    for x in xs:
        await worker(x, out)
    return out
