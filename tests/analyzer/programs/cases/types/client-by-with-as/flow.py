import httpx

from holdfast import workflow


@workflow
async def checkout(order: str) -> int:
    async with httpx.AsyncClient() as client:
        response = await client.get(f"https://shop.example/{order}")  # finds DUR301
    return response.status_code
