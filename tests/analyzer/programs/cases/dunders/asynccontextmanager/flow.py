from holdfast import workflow

from timing import timer


@workflow
async def checkout(order: str) -> str:
    async with timer() as start:
        return f"{order} {start}"
