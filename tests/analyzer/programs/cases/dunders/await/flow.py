from holdfast import workflow

from tasks import Ready


@workflow
async def checkout(order: str) -> str:
    return await Ready()
