import time

from absurd_sdk import AsyncAbsurd

from helpers import fresh

app = AsyncAbsurd(queue_name="shop")


async def charge() -> str:
    return str(time.time())


@app.register_task("checkout")
async def checkout(params, ctx):
    charged = await ctx.step("charge", charge)
    await ctx.sleep_for("wait", 3)
    return {"charged": charged, "key": fresh()}
