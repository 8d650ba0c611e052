import asyncio

from holdfast import workflow

from lines import a, b, c, d, e


@workflow
async def checkout(order: str) -> str:
    task = asyncio.create_task(a())
    async with asyncio.TaskGroup() as group:
        other = group.create_task(b())
    third = await asyncio.wait_for(c(), 3)  # finds DUR307
    results = await asyncio.gather(*(d() for _ in range(2)))
    async for line in e():
        third += line
    return f"{await task} {other.result()} {third} {results}"
