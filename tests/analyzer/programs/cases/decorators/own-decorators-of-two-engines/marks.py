import functools
import time
from hatchet_sdk import DurableContext, EmptyModel, Hatchet
from dbos import DBOS

hatchet = Hatchet()


def durable(name: str, **options):
    def wrap(fn):
        return hatchet.durable_task(name=name, **options)(fn)

    return wrap


def durable2(fn):
    @hatchet.durable_task(name=fn.__name__)
    @functools.wraps(fn)
    async def inner(input: EmptyModel, ctx: DurableContext):
        return await fn(input, ctx)

    return inner


def durable3(name: str):
    def wrap(fn):
        @hatchet.durable_task(name=name)
        async def inner(input: EmptyModel, ctx: DurableContext):
            started = time.time()  # finds DUR101
            result = await fn(input, ctx)
            await ctx.aio_sleep_for(started)
            return result

        return inner

    return wrap


def flow(fn):
    @functools.wraps(fn)
    def inner(*args, **kwargs):
        return fn(*args, **kwargs)

    return DBOS.workflow()(inner)
