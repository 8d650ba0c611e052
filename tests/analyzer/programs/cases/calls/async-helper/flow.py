from holdfast import workflow

from clock import stamp


@workflow
async def checkout(order: str) -> float:
    return await stamp()
