import time
import uuid
from datetime import timedelta

import restate
from restate import Context, ObjectContext, Service, VirtualObject, Workflow, WorkflowContext

from helpers import fresh

shop = Service("shop")
cart = VirtualObject("cart")
order = Workflow("order")


async def charge() -> str:
    print("charging")
    return f"{uuid.uuid4()} {time.time()}"


@shop.handler()
async def checkout(ctx: Context, name: str) -> str:
    await ctx.sleep(timedelta(seconds=3))
    charged = await ctx.run_typed("charge", charge)
    at = await ctx.run("at", lambda: time.time())
    return f"{charged} {at} {ctx.uuid()} {ctx.random().random()} {await ctx.time()} {fresh()}"


@cart.handler()
async def add(ctx: ObjectContext, item: str) -> None:
    items = await ctx.get("items") or []
    ctx.set("items", [*items, item])
    ctx.set("at", time.time())  # finds DUR101


@order.main()
async def run(ctx: WorkflowContext, name: str) -> str:
    await ctx.promise("paid").value()
    return await ctx.service_call(checkout, arg=name)
