"""A coroutine function that uses its context is workflow code; one that does not is run once."""

import time

from resonate import Context, Resonate

resonate = Resonate()


async def charged(ctx: Context, cents: int) -> float:
    return cents + time.time()


async def paid(ctx: Context, cents: int) -> float:
    at = await ctx.run(charged, cents)
    await ctx.rpc("tell", time.time())  # finds DUR101
    return at


@resonate.register
async def checkout(ctx: Context, cents: int) -> float:
    return await ctx.run(paid, cents)


@resonate.register
async def fibonacci(ctx: Context, n: int) -> int:
    if n < 2:
        return n
    return await ctx.run(fibonacci, n - 1) + await ctx.rpc("fibonacci", n - 2)
