import time
import uuid

from resonate import Context, Resonate

from helpers import late

resonate = Resonate()


def charge(ctx: Context, order: str) -> str:
    print(order)
    return f"{order} {uuid.uuid4()} {time.time()}"


@resonate.register
async def checkout(ctx: Context, order: str) -> str:
    charged = await ctx.run(charge, order)
    await ctx.sleep(3)
    if late():  # finds DUR502
        await ctx.run(charge, "late")
    return charged
