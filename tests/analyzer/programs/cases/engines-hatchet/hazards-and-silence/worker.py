import time
from datetime import timedelta

from hatchet_sdk import Context, DurableContext, EmptyModel, Hatchet

from helpers import late

hatchet = Hatchet()
flow = hatchet.workflow(name="checkout")


@hatchet.task(name="charge")
def charge(input: EmptyModel, ctx: Context) -> dict[str, float]:
    print("charging")
    return {"at": time.time()}


@flow.task()
def prepare(input: EmptyModel, ctx: Context) -> dict[str, float]:
    return {"at": time.time()}


@flow.durable_task()
async def checkout(input: EmptyModel, ctx: DurableContext) -> dict[str, str]:
    await ctx.aio_sleep_for(timedelta(seconds=3))
    now = await ctx.aio_now()
    result = await charge.aio_run(input)
    if late():  # finds DUR502
        await charge.aio_run(input)
    return {"at": now.isoformat(), "result": str(result)}
