import time
import uuid

from resonate import Context, Resonate

from helpers import fresh

resonate = Resonate.local()


def charge(ctx: Context, order: str) -> str:
    return f"{order} {uuid.uuid4()} {time.time()}"


@resonate.register
def checkout(ctx: Context, order: str):
    promise = yield ctx.begin_run(charge, order)
    charged = yield promise
    other = yield ctx.lfc(charge, "other")
    yield ctx.sleep(3)
    return f"{charged} {other} {fresh()}"
