from holdfast import workflow

from clock import Session, ticks


@workflow
async def checkout(order: str) -> str:
    text = ""
    async for tick in ticks():
        text += str(tick)
    async with Session() as session:
        text += session.name
    return text
