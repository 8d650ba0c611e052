import time
import uuid
from datetime import timedelta

import dapr.ext.workflow as wf

from helpers import fresh

runtime = wf.WorkflowRuntime()


@runtime.workflow(name="checkout")
def checkout(ctx: wf.DaprWorkflowContext, order: str):
    charged = yield ctx.call_activity(charge, input=order)
    yield ctx.create_timer(timedelta(seconds=3))
    yield wf.when_all([ctx.call_activity(charge, input="a")])
    if not ctx.is_replaying:
        print(charged)
    return f"{charged} {ctx.current_utc_datetime} {fresh()}"


@runtime.activity
def charge(ctx: wf.WorkflowActivityContext, order: str) -> str:
    print(order)
    return f"{order} {time.time()} {uuid.uuid4()}"
