import time

import dapr.ext.workflow as wf


def load(ctx: wf.WorkflowActivityContext, order: str) -> str:
    return f"{order} {time.time()}"


def stamp(ctx: wf.DaprWorkflowContext) -> float:
    return time.time()  # finds DUR101


def order_workflow(ctx: wf.DaprWorkflowContext, order: str):  # type: ignore[no-untyped-def]
    got = yield ctx.call_activity(load, input=order)
    yield ctx.call_activity(load, input=f"{got} {stamp(ctx)} {order.replace('a', 'b')}")
