import uuid
from marks import durable, durable2, durable3, flow, DurableContext, EmptyModel


@durable("one")
async def one(input: EmptyModel, ctx: DurableContext) -> str:
    await ctx.aio_sleep_for(3)
    return str(uuid.uuid4())  # finds DUR103


@durable2
async def two(input: EmptyModel, ctx: DurableContext) -> str:
    await ctx.aio_sleep_for(3)
    return str(uuid.uuid4())  # finds DUR103


@durable3("three")
async def three(input: EmptyModel, ctx: DurableContext) -> str:
    await ctx.aio_sleep_for(3)
    return str(uuid.uuid4())  # finds DUR103


@flow
def four(x: str) -> str:
    return str(uuid.uuid4())  # finds DUR103
