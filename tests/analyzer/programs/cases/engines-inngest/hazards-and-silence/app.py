import time
import uuid

import inngest

from helpers import late

client = inngest.Inngest(app_id="shop")


async def charge() -> str:
    print("charging")
    return f"{uuid.uuid4()} {time.time()}"


@client.create_function(fn_id="checkout", trigger=inngest.TriggerEvent(event="order"))
async def checkout(ctx: inngest.Context) -> str:
    charged = await ctx.step.run("charge", charge)
    at = await ctx.step.run("at", lambda: time.time())
    await ctx.step.sleep("wait", 3)
    ctx.logger.info("charged")
    if late():  # finds DUR502
        await ctx.step.run("late", charge)
    return f"{charged} {at}"
